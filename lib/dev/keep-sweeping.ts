import { openStore } from '../store/open-store.ts';
import { databaseConfig } from './database-config.ts';

const hourMs = 3_600_000;

/**
 * Removes what is over from the store that the environment names, now and each hour, where the database does not do so by
 * itself; says in one line how many of each kind it removed, if any.
 *
 * @returns what ends it, after the step that is under way.
 */
export function keepSweeping(env: NodeJS.ProcessEnv, say: (line: string) => void): { stop(): Promise<void> } {
  const store = openStore(databaseConfig(env));
  let isOver = false;
  let turn = Promise.resolve();

  async function sweep(): Promise<void> {
    try {
      const removed = (await store.sweep?.(new Date(), () => !isOver)) ?? {};
      const counts = Object.entries(removed).filter(([, count]) => count > 0);
      if (counts.length > 0)
        say(`swept what is over: ${counts.map(([kind, count]) => `${count} ${kind}`).join(', ')}`);
    } catch (error) {
      say(`not swept (${(error as Error).name}); the next try is in an hour`);
    }
  }

  const sweepNext = () => {
    turn = turn.then(sweep);
  };
  sweepNext();
  const timer = setInterval(sweepNext, hourMs);
  const stop = async () => {
    isOver = true;
    clearInterval(timer);
    await turn;
    await store.close();
  };
  return { stop };
}
