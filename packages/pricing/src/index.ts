export { operations, type CandleView, type FeedView, type ProductView, type TradeView } from './api.ts';
export { CandleFold } from './fold.ts';
export type { FeedReport, Gap, ReportedTrade, TradeIntake, TradeResult } from './intake.ts';
export { candleIntervals } from './interval.ts';
export type { LiveFrame, Revision } from './ports.ts';
export { pricing, pricingService } from './pricing.ts';
export type { PricingSettings } from './settings.ts';
