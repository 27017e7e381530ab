import { setTimeout as wait } from 'node:timers/promises';
import type { TcpProxy } from '../support/proxy.ts';
import type { DatabaseProcess } from './database-process.ts';
import type { Fleet } from './fleet.ts';
import type { Random } from './random.ts';

/** Something bad that happens for a while; it resolves when it is over. */
type Fault = (random: Random) => Promise<void>;

/** What the faults told: how often each struck, and when the database was back each time. */
export interface FaultLog {
  struck: Map<string, number>;
  /** `performance.now()` of every moment at which the database was within reach again. */
  returnedAt: number[];
}

/** Every fault, by the name under which the closing line counts it. */
export function faultsOf(
  database: DatabaseProcess,
  proxy: TcpProxy,
  fleet: Fleet,
  log: FaultLog,
): Map<string, Fault> {
  const back = () => void log.returnedAt.push(performance.now());
  const faults = new Map<string, Fault>([
    ['instance killed', async (random) => fleet.killOne(random)],
    [
      'half of the instances killed',
      async (random) => {
        for (let count = 0; count < 4; count += 1) fleet.killOne(random);
      },
    ],
    [
      'database killed',
      async (random) => {
        await database.kill();
        await wait(random.integer(200, 3000));
        await database.start();
        back();
      },
    ],
    [
      'database stopped',
      async (random) => {
        database.freeze();
        await wait(random.integer(500, 5000));
        database.thaw();
        back();
      },
    ],
    ['connections reset', async () => proxy.cut('reset')],
    ['connections ended', async () => proxy.cut('end')],
    ['an answer of the database lost', async () => proxy.cutAtNextAnswer()],
    ['sockets silently dead', async () => proxy.blackhole()],
    [
      'database cut off',
      async (random) => {
        await proxy.down();
        await wait(random.integer(200, 4000));
        await proxy.up();
        back();
      },
    ],
    [
      'database slow',
      async (random) => {
        proxy.delay(random.integer(50, 400));
        await wait(random.integer(1000, 4000));
        proxy.delay(0);
      },
    ],
  ]);
  if (database.isReplicaSet) {
    faults.set('primary stepped down', async () => {
      await database.stepDown(2);
      await wait(4000);
      back();
    });
  }
  return faults;
}

/** Strikes one fault after the other, in an order that the seed decides, until `isOver`. */
export async function strike(
  faults: Map<string, Fault>,
  random: Random,
  log: FaultLog,
  isOver: () => boolean,
): Promise<void> {
  const names = [...faults.keys()];
  while (!isOver()) {
    await wait(random.integer(300, 2500));
    if (isOver()) return;
    const name = random.pick(names);
    log.struck.set(name, (log.struck.get(name) ?? 0) + 1);
    await faults.get(name)?.(random);
  }
}
