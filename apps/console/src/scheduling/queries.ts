import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { PreviewRequest, TaskState } from '../api/answers.ts';
import { call } from '../api/client.ts';
import { connection, pollMs } from '../api/connection.ts';

/** Milliseconds between polls, by how fast what they show moves. The library stops them all while the page is hidden. */
const usualMs = { tasks: 2_000, task: 2_000, stats: 4_000, deadLetters: 5_000, groups: 10_000 } as const;

const every = (ms: number) => () => pollMs(ms, connection.get(), Date.now());

/** Pages that were loaded are all read again at each poll, so the more there are, the longer the pause. */
const everyPage =
  (ms: number) => (query: { readonly state: { readonly data?: { readonly pages: readonly unknown[] } | undefined } }) =>
    pollMs(ms * (query.state.data?.pages.length ?? 1), connection.get(), Date.now());

const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { cursor?: string | undefined }) => page.cursor,
};

export interface TaskFilter {
  readonly state?: TaskState | undefined;
  readonly group?: string | undefined;
}

export const useTasks = (filter: TaskFilter) =>
  useInfiniteQuery({
    ...paged,
    queryKey: ['tasks', filter.state, filter.group],
    queryFn: ({ pageParam, signal }) =>
      call('listTasks', { query: { ...filter, cursor: pageParam, limit: 25 } }, signal),
    refetchInterval: everyPage(usualMs.tasks),
    placeholderData: keepPreviousData,
  });

export const useTask = (id: string) =>
  useQuery({
    queryKey: ['task', id],
    queryFn: ({ signal }) => call('getTask', { params: { id } }, signal),
    refetchInterval: every(usualMs.task),
  });

export const useAttempts = (id: string) =>
  useQuery({
    queryKey: ['attempts', id],
    queryFn: ({ signal }) => call('listAttempts', { params: { id } }, signal),
    refetchInterval: every(usualMs.task),
  });

export const useStats = () =>
  useQuery({
    queryKey: ['stats'],
    queryFn: ({ signal }) => call('getStats', {}, signal),
    refetchInterval: every(usualMs.stats),
  });

export const useDeadLetters = () =>
  useInfiniteQuery({
    ...paged,
    queryKey: ['dead-letters'],
    queryFn: ({ pageParam, signal }) => call('listDeadLetters', { query: { cursor: pageParam, limit: 25 } }, signal),
    refetchInterval: everyPage(usualMs.deadLetters),
  });

export const useGroups = () =>
  useInfiniteQuery({
    ...paged,
    queryKey: ['groups'],
    queryFn: ({ pageParam, signal }) => call('listGroups', { query: { cursor: pageParam, limit: 100 } }, signal),
    refetchInterval: everyPage(usualMs.groups),
  });

/** The next runs of a recurrence. It is asked again as time passes, so that the first run shown is always ahead. */
export const usePreview = (request: PreviewRequest | undefined) =>
  useQuery({
    queryKey: ['preview', request],
    queryFn: ({ signal }) => call('preview', { body: request! }, signal),
    enabled: request !== undefined,
    refetchInterval: every(10_000),
    placeholderData: keepPreviousData,
  });
