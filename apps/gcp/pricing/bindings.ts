import { cloudRunChannel, cloudStorageObjects, firestoreTable, pubsubQueue, pubsubTopic } from '@portolan/gcp';

/** What stands behind each port on Google Cloud. */
export const bindings = {
  products: firestoreTable(),
  tickers: firestoreTable(),
  trades: firestoreTable(),
  claims: firestoreTable(),
  summaries: firestoreTable(),
  marks: firestoreTable(),
  retirements: firestoreTable(),
  feeds: firestoreTable(),
  archive: cloudStorageObjects(),
  rebuilds: pubsubQueue(),
  revisions: pubsubTopic(),
  live: cloudRunChannel(),
};
