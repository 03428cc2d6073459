import { startEngine, type EngineProcess } from '@portolan/conformance/engine';

/** Azurite and a double of Event Grid, in a process whose clock can be moved. */
export interface StorageEngine extends EngineProcess {
  /** Settings as a function app has them: `AzureWebJobsStorage`. */
  readonly env: Readonly<Record<string, string>>;
  /** The port of the double. */
  readonly eventGrid: number;
}

export async function startStorage(): Promise<StorageEngine> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const engine = await startEngine(new URL(`./azurite-engine.${extension}`, import.meta.url));
  const answer = await fetch(`http://127.0.0.1:${engine.port}/`);
  const { connectionString, eventGrid } = (await answer.json()) as {
    readonly connectionString: string;
    readonly eventGrid: number;
  };
  return { ...engine, eventGrid, env: { AzureWebJobsStorage: connectionString } };
}
