import { MongoClient } from 'mongodb';
import { createIndexes } from '../../lib/store/mongo/indexes.ts';
import { driveGeneratedEvents, secretMark, startTarget } from '../support/drive-generated-events.ts';
import { eventSources } from '../support/events.ts';

/**
 * Throws generated events at `auth`, from every event source: more than `npm test` does, and others each time.
 *
 * @returns what was wrong, in words.
 */
export async function throwGeneratedEvents(uri: string, runs: number, seed: number): Promise<string[]> {
  const client = new MongoClient(uri);
  const name = 'test_chaos_generated';
  const db = () => client.db(name);
  const prepare = async () => void (await createIndexes(db(), { sessionCollection: 'sessions' }));
  const target = await startTarget({ uri, name, db, prepare });
  const faults: string[] = [];
  for (const source of eventSources) {
    try {
      const { log, unhandledRejections } = await driveGeneratedEvents(target, { source, runs, seed });
      if (log.includes(secretMark)) faults.push(`${source.name}: a secret stands in the log`);
      faults.push(...unhandledRejections.map((reason) => `${source.name}: unhandled rejection: ${reason}`));
    } catch (error) {
      faults.push(`${source.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  await target.instance.end();
  await client.db(name).dropDatabase();
  await client.close();
  return faults;
}
