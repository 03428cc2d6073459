import {
  azureFunctions,
  blobObjects,
  eventGridTopic,
  storageQueue,
  tableStorageTable,
  webPubSubChannel,
} from '@portolan/azure';
import { pricing } from '@portolan/pricing';

/** What stands behind each port on Azure. */
export const bindings = {
  products: tableStorageTable(),
  tickers: tableStorageTable(),
  trades: tableStorageTable(),
  claims: tableStorageTable(),
  summaries: tableStorageTable(),
  marks: tableStorageTable(),
  retirements: tableStorageTable(),
  feeds: tableStorageTable(),
  archive: blobObjects(),
  rebuilds: storageQueue(),
  revisions: eventGridTopic(),
  // A slow client is disconnected, although the port would rather drop.
  live: webPubSubChannel(),
};

export const functions = azureFunctions(pricing, bindings);
