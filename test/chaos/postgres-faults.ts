import { setTimeout as wait } from 'node:timers/promises';
import { type Fault, type Faults, outageMs } from './faults.ts';

/** What a server of PostgreSQL is asked, past the proxy. */
export interface PostgresServer {
  /** The database that the instances use. */
  readonly database: string;
  ask(statement: string): Promise<void>;
  /** What follows `select …`, for one row a connection of theirs. */
  readonly ours: string;
  /** The processes that serve them. */
  backends(): Promise<number[]>;
  /** Waits until it answers. */
  untilReady(): Promise<void>;
}

/** What can be done to the processes of a server of ours. */
export interface PostgresProcesses {
  signal(name: NodeJS.Signals, pids: number[]): void;
  /** The one that takes connections, and starts all others. */
  postmaster(): number;
}

/** What happens to PostgreSQL alone; without `processes` no more than its own functions do. */
export function postgresFaults(server: PostgresServer, processes: PostgresProcesses | undefined): Faults {
  const terminateAll = () => server.ask(`select pg_terminate_backend(pid) ${server.ours}`);
  const faults: Faults = new Map<string, Fault>([
    [
      'every backend terminated',
      async () => {
        await terminateAll();
        return false;
      },
    ],
    [
      'every statement cancelled',
      async (random) => {
        const endsAt = performance.now() + random.integer(400, 2000);
        while (performance.now() < endsAt) await server.ask(`select pg_cancel_backend(pid) ${server.ours}`);
        return false;
      },
    ],
    [
      // As after a failover, where a connection reaches what is a replica now.
      'database read-only',
      async (random) => {
        const setting = `alter database ${server.database} set default_transaction_read_only`;
        await server.ask(`${setting} = on`);
        await terminateAll();
        await wait(outageMs(random));
        // Connections that were made meanwhile stay as they are.
        await server.ask(`${setting} = off`);
        return true;
      },
    ],
  ]);
  if (!processes) return faults;
  const { signal, postmaster } = processes;
  const stopped = (pids: () => Promise<number[]>): Fault => {
    return async (random) => {
      const those = await pids();
      signal('SIGSTOP', those);
      await wait(outageMs(random));
      signal('SIGCONT', those);
      return true;
    };
  };
  // Those that are connected go on; who connects waits.
  faults.set(
    'postmaster stopped',
    stopped(async () => [postmaster()]),
  );
  // They keep what they have locked.
  faults.set(
    'half of the backends stopped',
    stopped(async () => (await server.backends()).filter((_, at) => at % 2 === 0)),
  );
  // The server ends all others, and reads its journal before it takes anybody again.
  faults.set('backend killed', async () => {
    signal('SIGKILL', (await server.backends()).slice(0, 1));
    await wait(50);
    await server.untilReady();
    return true;
  });
  return faults;
}
