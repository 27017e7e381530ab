import { setTimeout as wait } from 'node:timers/promises';
import type { TcpProxy } from '../support/proxy.ts';
import type { Database } from './database-process.ts';
import type { Fleet } from './fleet.ts';
import type { Random } from './random.ts';

/** Something bad that happens for a while; it resolves when it is over, with true after an outage. */
export type Fault = (random: Random) => Promise<boolean>;

/** By the name under which the report counts them. */
export type Faults = Map<string, Fault>;

/** A mongod's answer when it is no primary any more. */
const notPrimary = { ok: 0, code: 10107, codeName: 'NotWritablePrimary', errmsg: 'not primary' };
const writes = ['insert', 'update', 'delete', 'findAndModify'];

/** Mostly short; some longer than a request may wait. */
export function outageMs(random: Random): number {
  return 200 + 7000 * random.number() ** 2;
}

/** What happens to the database, and on the way to it. */
export function databaseFaults(database: Database, proxy: TcpProxy, isReadable: boolean): Faults {
  const { process, stepDown, faults: own = [] } = database;
  const at = (happens: () => void) => async () => {
    happens();
    return false;
  };
  const faults: Faults = new Map<string, Fault>([
    ...own,
    ['connections reset', at(() => proxy.cut('reset'))],
    ['connections ended', at(() => proxy.cut('end'))],
    ['an answer lost', at(() => proxy.cutAtNextAnswer())],
    ['sockets silently dead', at(() => proxy.blackhole())],
    [
      'database cut off',
      async (random) => {
        await proxy.down();
        await wait(outageMs(random));
        await proxy.up();
        return true;
      },
    ],
    [
      'database out of hearing',
      async (random) => {
        proxy.pause();
        await wait(outageMs(random));
        proxy.resume();
        return true;
      },
    ],
    [
      'database slow',
      async (random) => {
        proxy.delay(random.integer(50, 400));
        await wait(random.integer(1000, 4000));
        proxy.delay(0);
        return false;
      },
    ],
  ]);
  if (isReadable) {
    faults.set('told that it is no primary', async (random) => {
      proxy.answerNext(random.pick(['aggregate', 'find', ...writes]), notPrimary);
      return false;
    });
    // One kind after the other, then all: where all are, the first to fail hides what a later one would do.
    faults.set('writes refused', async (random) => {
      for (const refused of [...writes.map((command) => [command]), writes]) {
        const endsAt = performance.now() + random.integer(400, 1000);
        while (performance.now() < endsAt) {
          for (const command of refused) proxy.answerNext(command, notPrimary);
          await wait(1);
        }
      }
      return false;
    });
  }
  if (process) {
    faults.set('database killed', async (random) => {
      await process.kill();
      await wait(outageMs(random));
      await process.start();
      return true;
    });
    faults.set('database stopped', async (random) => {
      process.freeze();
      await wait(outageMs(random));
      process.thaw();
      return true;
    });
  }
  if (stepDown)
    faults.set('primary stepped down', async () => {
      await stepDown();
      return true;
    });
  return faults;
}

/** What happens to the instances, whatever the database does meanwhile. */
export function instanceFaults(fleet: Fleet): Faults {
  const at = (happens: (random: Random) => void) => async (random: Random) => {
    happens(random);
    return false;
  };
  return new Map<string, Fault>([
    ['instance killed', at((random) => fleet.killOne(random))],
    ['instance killed and another started', at(replaceOne)],
    ['instance started', at((random) => fleet.startOne(random))],
    [
      'half of the instances killed',
      at((random) => {
        for (let count = fleet.size() / 2; count > 0; count -= 1) fleet.killOne(random);
      }),
    ],
  ]);

  function replaceOne(random: Random): void {
    fleet.killOne(random);
    fleet.startOne(random);
  }
}
