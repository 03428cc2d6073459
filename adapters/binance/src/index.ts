export { importCommand, type ImportSurroundings } from './command/import-command.ts';
export { defaultUrl, importHelp } from './command/import-arguments.ts';
export type { ProgressBar, ProgressBarOptions } from './command/progress.ts';
export {
  compareCandles,
  type CandleComparison,
  type CandleDifference,
  type ComparedCandle,
  type CompareOptions,
} from './compare/compare-candles.ts';
export { klinesOf, type Kline } from './compare/klines-of.ts';
export { openBinanceFile, type BinanceFile, type OpenOptions } from './file/binance-file.ts';
export type { UnpackLimits } from './file/bytes.ts';
export type { Market } from './file/columns.ts';
export { binanceKinds, readFileName, type BinanceKind, type NamedContent } from './file/file-name.ts';
export type { Row, RowOptions } from './file/rows.ts';
export type { HttpOptions } from './http/exchange.ts';
export { httpCandles, type CandlesReader, type HttpCandlesOptions } from './http/http-candles.ts';
export { httpIntake } from './http/http-intake.ts';
export { httpPricing, type PricingService } from './http/http-pricing.ts';
export { fileKeyOf, type Checkpoints } from './import/checkpoints.ts';
export { fileCheckpoints } from './import/file-checkpoints.ts';
export {
  importTrades,
  type ImportedFile,
  type ImportOptions,
  type ImportOutcome,
  type ImportProgress,
} from './import/import-trades.ts';
export type { Increments } from './import/increments.ts';
export type { ImportCounts, RejectedLine } from './import/ledger.ts';
export type { Retries } from './import/retries.ts';
export { sourceOf, tradesOf, type MalformedLine, type TradeBatch, type TradesOptions } from './trades/trades-of.ts';
