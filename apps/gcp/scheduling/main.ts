import { cloudFunctions, cloudTasksTimer, firestoreTable, pubsubTopic } from '@portolan/gcp';
import { scheduling } from '@portolan/scheduling';
import { httpWebhooks, webhooksFromEnvironment } from '@portolan/webhook';

/** What stands behind each port on Google Cloud. */
export const bindings = {
  tasks: firestoreTable(),
  groups: firestoreTable(),
  'dead-letters': firestoreTable(),
  stats: firestoreTable(),
  wakeups: cloudTasksTimer(),
  events: pubsubTopic(),
  webhooks: httpWebhooks(webhooksFromEnvironment()),
};

export const { api, wake, sweep } = cloudFunctions(scheduling, bindings);
