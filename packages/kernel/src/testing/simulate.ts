import { runEmbedded, type RunningService, type Schedules } from '../embedded.ts';
import type { OperationCall } from '../operation-call.ts';
import type { Reply } from '../operation.ts';
import type { Service } from '../service.ts';
import { newWorld, type World } from './world.ts';

export interface SimulateOptions {
  /** @default a new world without faults */
  readonly world?: World;
  /** Doubles for the domain's own ports, by name. */
  readonly own?: Readonly<Record<string, unknown>>;
}

/** A service running over in-memory engines in virtual time. */
export interface Simulation {
  readonly world: World;
  /** Calls an operation as a client would; the answer is checked against its schema. */
  call(operation: string, call?: OperationCall): Promise<Reply>;
  stop(): Promise<void>;
}

/** Runs a service in memory. It starts again by itself after every crash of the world. */
export async function simulate(service: Service, options: SimulateOptions = {}): Promise<Simulation> {
  const world = options.world ?? newWorld();
  const contracts = Object.fromEntries(
    Object.entries(service.ports).map(([name, port]) => [name, options.own?.[name] ?? world.open(port)]),
  );
  const schedules = virtualSchedules(world);
  const start = (): Promise<RunningService> => runEmbedded(service, contracts, world.environment, schedules);
  let running = start();
  world.onRestart(() => {
    running = start();
  });
  await running;

  const functionOf = (operation: string): string => {
    const found = Object.entries(service.functions).find(
      ([, { trigger }]) => trigger.kind === 'http' && operation in trigger.operations,
    );
    if (found === undefined) throw new TypeError(`service "${service.name}" has no operation "${operation}"`);
    return found[0];
  };
  return {
    world,
    async call(operation, call = {}) {
      const bound = (await running).functions[functionOf(operation)]!;
      return bound.call(operation, { checkReply: true, ...call });
    },
    async stop() {
      await (await running).stop();
    },
  };
}

/** `every` in virtual time. `cron` needs a pattern library, which the kernel does not have: hosts bring one. */
function virtualSchedules(world: World): Schedules {
  return {
    async start(schedule, name, run) {
      if (schedule.kind === 'cron')
        throw new TypeError(`${name}: cron is not simulated; call the function's tick instead`);
      const { intervalMs } = schedule;
      let cancel = (): void => {};
      // Ticks that a jump of the clock passed over are skipped, as a host that was down would.
      const next = (): void => {
        const at = (Math.floor(world.now() / intervalMs) + 1) * intervalMs;
        cancel = world.at(at, () => void run(at).finally(next), { volatile: true });
      };
      next();
      return {
        async stop() {
          cancel();
        },
      };
    },
  };
}
