import { bytesOf, type ObjectInfo, type Objects } from '@portolan/kernel';
import { ObjectsState, type HeldObject } from '@portolan/kernel/testing';
import { uploads, utf8 } from '../objects/bench.ts';
import { same, type Answered } from './linearize.ts';
import { optionsOf, type ObjectsCommand } from './objects-commands.ts';

/** The reference beside the engine: what it holds, under the engine's own tags. */
export interface ObjectsModel {
  readonly objects: ObjectsState;
  /** The content that each tag of a key was told for. An engine may give like contents like tags, and no others. */
  readonly contents: ReadonlyMap<string, string>;
  /** What copies that are under way have read, by command. */
  readonly read: ReadonlyMap<ObjectsCommand, HeldObject>;
}

export const emptyObjects = (): ObjectsModel => ({
  objects: new ObjectsState(uploads),
  contents: new Map(),
  read: new Map(),
});

/** The tag that was seen under a key so many before the last. */
export type SeenTag = (key: string, back: number) => string;

/**
 * Sends one command to the engine, and tells how the reference would explain the answer: a copy as a read and a write, as
 * nothing is promised of two keys together.
 */
export async function callObjects(
  command: ObjectsCommand,
  engine: Objects,
  seen: SeenTag,
): Promise<readonly Answered<ObjectsModel>[]> {
  return command.kind === 'copy' ? copy(command, engine) : [await callOne(command, engine, seen)];
}

async function callOne(
  command: Exclude<ObjectsCommand, { kind: 'copy' }>,
  engine: Objects,
  seen: SeenTag,
): Promise<Answered<ObjectsModel>> {
  switch (command.kind) {
    case 'get': {
      const found = await engine.get(command.key);
      const content = found && textOf(await bytesOf(found.body, 1_000));
      return explainRead(command.key, found, (held) => content === textOf(held.content));
    }
    case 'head':
      return explainRead(command.key, await engine.head(command.key), () => true);
    case 'put':
      return put(command, engine, seen);
    case 'delete':
      await engine.delete(command.key);
      return {
        explain(model) {
          const objects = model.objects.clone();
          objects.delete(command.key);
          return { ...model, objects };
        },
      };
  }
}

async function put(
  command: Extract<ObjectsCommand, { kind: 'put' }>,
  engine: Objects,
  seen: SeenTag,
): Promise<Answered<ObjectsModel>> {
  const { key, content } = command;
  const options = optionsOf(command, seen);
  const answer = await engine.put(key, command.streamed ? letters(content) : utf8(content), options);
  const tag = answer.kind === 'written' ? answer.tag : 'none';
  return {
    explain(before) {
      const objects = before.objects.clone();
      const expected = objects.put(key, utf8(content), options, { tag, now: 0 });
      if (expected.kind !== answer.kind) return undefined;
      return answer.kind === 'conflict' ? before : noted({ ...before, objects }, key, tag);
    },
  };
}

async function copy(
  command: Extract<ObjectsCommand, { kind: 'copy' }>,
  engine: Objects,
): Promise<readonly Answered<ObjectsModel>[]> {
  const { from, to } = command;
  const answer = await engine.copy(from, to);
  if (answer.kind === 'not-found') return [explainRead(from, undefined, () => false)];
  const { tag } = answer;
  if (from === to) return [{ explain: (model) => (model.objects.get(from)?.tag === tag ? model : undefined) }];
  return [
    {
      explain(model) {
        const held = model.objects.get(from);
        return held && { ...model, read: new Map([...model.read, [command, held]]) };
      },
    },
    {
      explain(model) {
        const held = model.read.get(command);
        if (held === undefined) return undefined;
        const objects = model.objects.clone();
        const { content, contentType, metadata } = held;
        objects.put(to, content, { contentType, metadata }, { tag, now: 0 });
        const read = new Map([...model.read].filter(([other]) => other !== command));
        return noted({ ...model, objects, read }, to, tag);
      },
    },
  ];
}

/** The model with what a tag was told for; `undefined` where the engine has told it for another content. */
function noted(model: ObjectsModel, key: string, tag: string): ObjectsModel | undefined {
  const place = JSON.stringify([key, tag]);
  const content = textOf(model.objects.get(key)!.content);
  const known = model.contents.get(place);
  if (known !== undefined) return known === content ? model : undefined;
  return { ...model, contents: new Map([...model.contents, [place, content]]) };
}

function explainRead(
  key: string,
  answer: ObjectInfo | undefined,
  hasContent: (held: HeldObject) => boolean,
): Answered<ObjectsModel> {
  return {
    explain(model) {
      const held = model.objects.get(key);
      if (held === undefined || answer === undefined) return held === answer ? model : undefined;
      return same(known(answer), known(held)) && hasContent(held) ? model : undefined;
    },
  };
}

/** What the reference knows of an object; each engine has a clock of its own. */
const known = ({ key, tag, sizeBytes, contentType, metadata }: ObjectInfo) => ({
  key,
  tag,
  sizeBytes,
  contentType,
  metadata: { ...metadata },
});

export const textOf = (content: Uint8Array): string => Buffer.from(content).toString();

async function* letters(text: string) {
  for (const letter of text) yield utf8(letter);
}
