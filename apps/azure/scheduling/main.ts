import { azureFunctions, eventGridTopic, storageQueueTimer, tableStorageTable } from '@portolan/azure';
import { scheduling } from '@portolan/scheduling';
import { httpWebhooks, webhooksFromEnvironment } from '@portolan/webhook';

/** What stands behind each port on Azure. */
export const bindings = {
  tasks: tableStorageTable(),
  groups: tableStorageTable(),
  'dead-letters': tableStorageTable(),
  stats: tableStorageTable(),
  wakeups: storageQueueTimer(),
  events: eventGridTopic(),
  webhooks: httpWebhooks(webhooksFromEnvironment()),
};

export const functions = azureFunctions(scheduling, bindings);
