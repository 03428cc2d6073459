import { cloudRunChannel } from '../../channel/cloud-run-channel.ts';
import { cloudStorageObjects } from '../../objects/cloud-storage-objects.ts';
import { cloudTasksQueue } from '../../queue/cloud-tasks-queue.ts';

/** What stands behind each port of {@link archive}. */
export const bindings = {
  events: cloudRunChannel(),
  files: cloudStorageObjects(),
  jobs: cloudTasksQueue(),
};
