import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type Document, Long, ObjectId } from 'mongodb';
import { afterEach, describe, expect, test } from 'vitest';
import { startMongoServer } from '../../lib/dev/mongo-server/start-mongo-server.ts';
import { forkServer, serverStarter, temporaryFolder } from '../support/mongo-server.ts';

const { ends, start, open } = serverStarter();

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('where it runs', () => {
  test.each(['prod', 'staging', ''])('is refused in stage %j', async (stage) => {
    await expect(startMongoServer({ stage })).rejects.toThrow('for development and tests');
  });

  test('is out of reach by the machine’s other addresses', async () => {
    const { port } = await start();
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address } of others.filter(({ internal, family }) => !internal && family === 'IPv4')) {
      const outcome = new Promise((resolve) => {
        const socket = connect(port, address, () => resolve('connected'));
        socket.on('error', () => resolve('refused'));
      });
      expect(await outcome).toBe('refused');
    }
  });

  test('a taken port is an error, and leaves the data free', async () => {
    const { port } = await start();
    const dataDir = temporaryFolder(ends);
    await expect(startMongoServer({ port, dataDir })).rejects.toThrow('EADDRINUSE');
    await start({ dataDir });
  });

  test('bytes that are no message end that connection and no other', async () => {
    const { port, things } = await start();
    await things.insertOne({ _id: 1 });
    const closed = new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(3)));
      socket.on('close', resolve);
    });
    await closed;
    expect(await things.countDocuments()).toBe(1);
  });

  test('as a process of its own it ends when its parent is gone', async () => {
    const server = await forkServer({});
    ends.push(server.kill);
    server.process.disconnect();
    expect(await server.ended).toEqual([0, null]);
  });
});

describe('what is kept', () => {
  test('everything is there after a restart: values, order, indexes', async () => {
    const dataDir = temporaryFolder(ends);
    const first = await start({ dataDir });
    const document = {
      _id: 2,
      l: Long.fromString('9007199254740993'),
      id: new ObjectId(),
      at: new Date(),
      b: [null, { '1': 2 }],
    };
    await first.things.insertMany([{ _id: 9, k: 'a' }, document, { _id: 1, k: 'b' }]);
    await first.things.createIndex({ k: 1 }, { unique: true, sparse: true });
    await first.things.createIndex({ at: 1 }, { expireAfterSeconds: 3600 });
    await first.things.updateOne({ _id: 9 }, { $set: { n: 1 } });
    await first.things.deleteOne({ _id: 1 });
    const before = [await first.things.find().toArray(), await first.things.listIndexes().toArray()];
    await first.stop();
    const { things } = await start({ dataDir });
    expect([await things.find().toArray(), await things.listIndexes().toArray()]).toEqual(before);
    await expect(things.insertOne({ _id: 3, k: 'a' })).rejects.toMatchObject({ code: 11000 });
  });

  test('a dropped database stays dropped', async () => {
    const dataDir = temporaryFolder(ends);
    const first = await start({ dataDir });
    await first.things.insertOne({ _id: 1 });
    await first.things.db.dropDatabase();
    await first.things.insertOne({ _id: 2 });
    await first.stop();
    const { things } = await start({ dataDir });
    expect(await things.find().toArray()).toEqual([{ _id: 2 }]);
  });

  test('an acknowledged write outlives kill -9, and what is half written is cut', async () => {
    const dataDir = temporaryFolder(ends);
    const acknowledged: number[] = [];
    for (let round = 0; round < 3; round++) {
      const server = await forkServer({ dataDir });
      ends.push(server.kill);
      const things = open(server.uri);
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; ; n++) {
          const _id = round * 1e6 + writer * 1e5 + n;
          await things.insertOne({ _id, text: 'x'.repeat(500) });
          acknowledged.push(_id);
          if (acknowledged.length === (round + 1) * 200) server.kill();
        }
      });
      await Promise.allSettled(writers);
      await server.ended;
    }
    const { things } = await start({ dataDir });
    const kept = new Set((await things.find().toArray()).map(({ _id }) => _id));
    expect(acknowledged.length).toBeGreaterThanOrEqual(600);
    expect(acknowledged.filter((_id) => !kept.has(_id))).toEqual([]);
  }, 60_000);

  test.each([
    ['half a record', (log: Buffer) => log.subarray(0, 60)],
    ['a length and nothing more', () => Buffer.from([200, 0, 0, 0])],
    ['zeros', () => Buffer.alloc(100)],
    ['noise', () => Buffer.from('noise at the end of the file')],
  ])('a log that ends in %s is cut there', async (_name, tail) => {
    const dataDir = temporaryFolder(ends);
    const file = join(dataDir, 'data.log');
    const first = await start({ dataDir });
    await first.things.insertMany([{ _id: 1 }, { _id: 2 }]);
    await first.stop();
    appendFileSync(file, tail(readFileSync(file)));
    const second = await start({ dataDir });
    expect(await second.things.find().toArray()).toEqual([{ _id: 1 }, { _id: 2 }]);
    await second.things.insertOne({ _id: 3 });
    await second.stop();
    const { things } = await start({ dataDir });
    expect(await things.countDocuments()).toBe(3);
  });

  test('a log that is damaged before its end is not used', async () => {
    const dataDir = temporaryFolder(ends);
    const file = join(dataDir, 'data.log');
    const first = await start({ dataDir });
    await first.things.insertMany([{ _id: 1, text: 'first' }, { _id: 2 }]);
    await first.stop();
    writeFileSync(file, readFileSync(file).toString('latin1').replace('first', 'burst'), 'latin1');
    await expect(start({ dataDir })).rejects.toThrow(/data\.log is damaged at byte \d+/);
    expect(readdirSync(dataDir)).toEqual(['data.log']);
  });

  test('the log is made short again at a start', async () => {
    const dataDir = temporaryFolder(ends);
    const first = await start({ dataDir });
    await first.things.insertOne({ _id: 1, n: 0 });
    for (let n = 0; n < 200; n++) await first.things.updateOne({ _id: 1 }, { $inc: { n: 1 } });
    await first.stop();
    const size = () => statSync(join(dataDir, 'data.log')).size;
    const before = size();
    const second = await start({ dataDir });
    expect(size()).toBeLessThan(before / 20);
    expect(await second.things.findOne()).toEqual({ _id: 1, n: 200 });
  });

  test('a second process is refused, and told why', async () => {
    const dataDir = temporaryFolder(ends);
    const server = await forkServer({ dataDir });
    ends.push(server.kill);
    await expect(startMongoServer({ dataDir })).rejects.toThrow(`in use by process ${server.process.pid}`);
    expect(await open(server.uri).countDocuments()).toBe(0);
  });

  test.each([
    ['of a process that is gone', '999999999 1'],
    ['of another process with that number', `${process.pid} 1`],
    ['of nobody', ''],
  ])('a lock %s is taken over', async (_name, content) => {
    const dataDir = temporaryFolder(ends);
    writeFileSync(join(dataDir, 'lock'), content);
    const { stop } = await start({ dataDir });
    await stop();
    expect(readdirSync(dataDir)).toEqual(['data.log']);
  });
});

describe('what is over', () => {
  test('is removed by a TTL index; what is no date, or later, stays', async () => {
    const { things } = await start({ ttlSweepSeconds: 0.05 });
    await things.createIndex({ at: -1 }, { expireAfterSeconds: 10 });
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
    await things.insertMany([
      { _id: 1, at: ago(11) },
      { _id: 2, at: ago(5) },
      { _id: 3, at: 'yesterday' },
      { _id: 4 },
      { _id: 5, at: 0 },
    ]);
    const ids = async () => (await things.find().toArray()).map(({ _id }) => _id);
    await expect.poll(ids).toEqual([2, 3, 4, 5]);
  });

  test('others are answered while many are removed', async () => {
    const { things } = await start({ ttlSweepSeconds: 0.5 });
    await things.insertMany(Array.from({ length: 20_000 }, (_, _id) => ({ _id, at: new Date(0) })));
    await things.insertOne({ _id: -1 });
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 0 });
    const counts = new Set<number>();
    await expect
      .poll(
        async () => {
          const count = await things.estimatedDocumentCount();
          counts.add(count);
          return count;
        },
        { interval: 1, timeout: 20_000 },
      )
      .toBe(1);
    // Seen at work, not only before and after.
    expect(counts.size).toBeGreaterThan(2);
  }, 30_000);
});

describe('many documents', () => {
  test('make no query by an index look at more of them', async () => {
    const { things } = await start();
    await things.createIndex({ userId: 1, at: -1 });
    await things.createIndex({ expires: 1 });
    const many = Array.from({ length: 20_000 }, (_, _id) => ({
      _id,
      userId: `u${_id % 4000}`,
      at: new Date(_id),
      expires: new Date(_id),
    }));
    await things.insertMany(many);
    const looked = async (filter: Document, sort: Document = {}, limit = 0) => {
      const { executionStats } = await things
        .find(filter)
        .sort(sort as never)
        .limit(limit)
        .explain('executionStats');
      return executionStats.totalDocsExamined;
    };
    expect(await looked({ _id: 7 })).toBe(1);
    expect(await looked({ userId: 'u7' })).toBe(5);
    expect(await looked({ userId: 'u7' }, { at: -1 }, 2)).toBe(2);
    expect(await looked({ userId: 'u7', at: { $gt: new Date(15_000) } })).toBe(1);
    expect(await looked({ expires: { $lt: new Date(3) } })).toBe(3);
    expect(await looked({}, { expires: -1 }, 3)).toBe(3);
  });
});
