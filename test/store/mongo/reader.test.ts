import { afterAll, describe, expect, type OnTestFinishedHandler, test } from 'vitest';
import { newRequestContext, runInRequest } from '../../../lib/base/request.ts';
import { createMongo } from '../../../lib/store/mongo/client.ts';
import { createReader } from '../../../lib/store/mongo/reader.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import { watchCommands } from '../../support/commands.ts';
import { testDatabase } from '../../support/database.ts';
import { createGate } from '../../support/gates.ts';
import { testSecret } from '../../support/instance.ts';
import { timed } from '../../support/outages.ts';
import { proxied } from '../../support/proxied.ts';
import { times } from '../../support/session-instances.ts';

interface Stored {
  _id: string;
  list: number[];
  at: Date;
}

const database = testDatabase('reader');
const stored = database.db().collection<Stored>('stored');
const at = new Date('2026-01-02T03:04:05.678Z');
await stored.insertMany(Array.from({ length: 250 }, (_, each) => ({ _id: `id-${each}`, list: [each], at })));
afterAll(database.drop);

/** A reader of its own, with a pool of `pool` connections behind a proxy. */
async function readerWith(after: (cleanUp: OnTestFinishedHandler) => void, { pool = 1 } = {}) {
  const behind = await proxied(database);
  const config = readConfig({
    STAGE: 'test',
    MONGODB_URI: behind.database.uri,
    MONGODB_DB: database.name,
    SESSION_SECRETS: testSecret,
    MONGODB_MAX_POOL_SIZE: String(pool),
  });
  const mongo = createMongo(config, { monitorCommands: true });
  after(async () => {
    await mongo.close();
    await behind.proxy.close();
  });
  const read = createReader<Stored>(mongo, { from: 'stored' });
  // Connected, as an instance is that has served before.
  await read('id-0');
  return { ...behind, mongo, read, commands: watchCommands(mongo.client()) };
}

type Mongo = Awaited<ReturnType<typeof readerWith>>['mongo'];

/** Takes a connection until `open`, and answers with what `work` was given meanwhile. */
async function whileTaken<T>(mongo: Mongo, work: () => Promise<T>): Promise<T> {
  const gate = createGate();
  const taking = mongo.run(() => gate.pass());
  await gate.arrived(1);
  const working = work();
  gate.open();
  await taking;
  return working;
}

const inRequest = <T>(id: string, work: () => Promise<T>) => runInRequest(newRequestContext(id), work);

/** A request that has waited for the database before. */
function hurriedBy(databaseMsWaited: number) {
  const request = newRequestContext('hurried');
  request.databaseMsWaited = databaseMsWaited;
  return <T>(work: () => Promise<T>) => runInRequest(request, work);
}

/** What comes of work, its error too, and how long it takes. */
const outcome = (work: Promise<unknown>) => timed(work.catch((error: unknown) => error));

describe.concurrent('a reader', () => {
  test('reads alone where a connection is free, as many at once as there are connections', async ({
    onTestFinished,
  }) => {
    const { read, commands } = await readerWith(onTestFinished, { pool: 3 });

    const found = await Promise.all(times(3, (number) => read(`id-${number}`)));

    expect(found).toEqual(times(3, (number) => ({ _id: `id-${number}`, list: [number], at })));
    expect(commands.names()).toEqual(times(3, () => 'stored.find'));
  });

  test('reads by one command what is asked for while every connection is taken', async ({
    onTestFinished,
  }) => {
    const { read, mongo, commands } = await readerWith(onTestFinished);

    const found = await whileTaken(mongo, () => Promise.all(times(60, (number) => read(`id-${number}`))));

    expect(found).toEqual(times(60, (number) => ({ _id: `id-${number}`, list: [number], at })));
    expect(commands.names()).toEqual(['stored.find']);
  });

  test('reads by a few commands what is too much for one', async ({ onTestFinished }) => {
    const { read, mongo, commands } = await readerWith(onTestFinished);

    const found = await whileTaken(mongo, () => Promise.all(times(250, (number) => read(`id-${number}`))));

    expect(found.map((document) => document?.list)).toEqual(times(250, (number) => [number]));
    expect(commands.names()).toEqual(['stored.find', 'stored.find', 'stored.find']);
  });

  test('gives null for what is not there, and only for that', async ({ onTestFinished }) => {
    const { read, mongo } = await readerWith(onTestFinished);

    const found = await whileTaken(mongo, () => Promise.all(['nobody', 'id-1', 'gone', 'id-2'].map(read)));

    expect(found.map((document) => document?._id)).toEqual([undefined, 'id-1', undefined, 'id-2']);
  });

  test('gives everybody who asks for the same a document of their own', async ({ onTestFinished }) => {
    const { read, mongo, commands } = await readerWith(onTestFinished);

    const found = await whileTaken(mongo, () =>
      Promise.all(
        times(5, async (number) => {
          const document = await read('id-7');
          document?.list.push(number);
          return document;
        }),
      ),
    );

    expect(found).toEqual(times(5, (number) => ({ _id: 'id-7', list: [7, number], at })));
    expect(commands.of('stored', 'find')[0]?.command.filter).toEqual({ _id: { $in: ['id-7'] } });
  });

  test('gives documents that are too large for one answer', async ({ onTestFinished }) => {
    const large = times(3, (number) => ({ _id: `large-${number}`, text: 'x'.repeat(7_000_000) }));
    for (const document of large)
      await database.db().collection<{ _id: string }>('stored').insertOne(document);
    const { read, mongo } = await readerWith(onTestFinished);

    const found = await whileTaken(mongo, () => Promise.all(large.map(({ _id }) => read(_id))));

    expect(found.map((document) => document?._id)).toEqual(large.map(({ _id }) => _id));
  });

  test('tells nobody what was true before they asked', async ({ expect, onTestFinished }) => {
    const { read, mongo, proxy, commands } = await readerWith(onTestFinished);
    await stored.insertOne({ _id: 'ending', list: [], at });
    proxy.delay(600);

    const before = whileTaken(mongo, () => Promise.all([read('ending'), read('ending')]));
    await expect.poll(() => commands.names(), { interval: 5 }).toEqual(['stored.find']);
    await new Promise((resolve) => setTimeout(resolve, 900));
    // The server has the command, and the answer is on its way.
    await stored.deleteOne({ _id: 'ending' });
    const after = await Promise.all([read('ending'), read('ending'), read('ending')]);

    expect((await before).map((document) => document?._id)).toEqual(['ending', 'ending']);
    expect(after).toEqual([null, null, null]);
  });

  test('reads once more, alone, for those who have more time than the one who asked first', async ({
    onTestFinished,
  }) => {
    const { read, mongo, proxy } = await readerWith(onTestFinished);
    const hurried = hurriedBy(3700);
    proxy.pause();

    const asked = whileTaken(mongo, () =>
      Promise.all([outcome(hurried(() => read('id-1'))), timed(inRequest('other', () => read('id-2')))]),
    );
    setTimeout(() => proxy.resume(), 1000);
    const [first, second] = await asked;

    expect(first.result).toMatchObject({ status: 503, code: 'unavailable' });
    expect(first.milliseconds).toBeLessThan(900);
    expect(second.result).toEqual({ _id: 'id-2', list: [2], at });
  });

  test('keeps nobody longer than they have time', async ({ onTestFinished }) => {
    const { read, mongo, proxy } = await readerWith(onTestFinished);
    const hurried = hurriedBy(3500);
    proxy.pause();

    const asked = whileTaken(mongo, () =>
      Promise.all([outcome(inRequest('first', () => read('id-1'))), outcome(hurried(() => read('id-2')))]),
    );
    const [first, second] = await asked;

    for (const { result } of [first, second]) expect(result).toMatchObject({ status: 503 });
    expect(second.milliseconds).toBeLessThan(1000);
    expect(first.milliseconds).toBeLessThan(4500);
    expect(first.clockMs).toBeGreaterThan(3500);
  });

  test('has nothing left of a failure for those who ask after it', async ({ onTestFinished }) => {
    const { read, mongo, proxy } = await readerWith(onTestFinished);
    await proxy.down();
    const failed = await whileTaken(mongo, () =>
      Promise.all(times(5, (number) => outcome(inRequest(String(number), () => read('id-1'))))),
    );
    await proxy.up();

    const found = await Promise.all(times(5, () => timed(read('id-1'))));

    for (const { result, milliseconds } of failed) {
      expect(result).toMatchObject({ status: 503 });
      expect(milliseconds).toBeLessThan(5000);
    }
    expect(found.map(({ result }) => result?._id)).toEqual(times(5, () => 'id-1'));
  });
});
