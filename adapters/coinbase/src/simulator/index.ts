export { startExchangeSimulator, type ExchangeSimulator, type ExchangeSimulatorOptions } from './exchange-simulator.ts';
export type { ExchangeFaults } from './faults.ts';
export { readTrades, replayTape, type ReplayOptions } from './replay-tape.ts';
export { seededTape, simulatedMarkets, type SeededTapeOptions, type SimulatedMarket } from './seeded-tape.ts';
export type { SimulatedProduct, Tape, TapeTrade } from './tape.ts';
