import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../lib/dev/command.ts';
import { downloadMongod, type Patience } from '../../lib/dev/download-mongod.ts';
import { failedDownload, rememberFailedDownload } from '../../lib/dev/failed-download.ts';
import { freePort } from '../../lib/dev/port.ts';
import { showProgress } from '../../lib/dev/progress.ts';
import {
  type Manner,
  manners,
  mongodArchive,
  startDownloadHost,
  uselessMongod,
} from '../support/download-host.ts';
import { temporaryFolder } from '../support/mongo-server.ts';

const ends: (() => Promise<unknown>)[] = [];
const archive = mongodArchive(uselessMongod);

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A host of that manner, and an environment that downloads from it into a cache of its own. */
async function prepare(manner: Manner, content = archive, checksum?: string) {
  const host = await startDownloadHost(ends, manner, content, checksum);
  const cache = temporaryFolder(ends);
  return { cache, env: { ...process.env, ...host.env, MONGOMS_DOWNLOAD_DIR: cache } };
}

const failing = (env: NodeJS.ProcessEnv, patience: Partial<Patience> = {}, interrupted?: Promise<unknown>) =>
  downloadMongod({ env, patience: { hostMs: 20_000, ...patience }, interrupted }).then(
    () => expect.fail('was downloaded'),
    (error: Error) => error,
  );

describe('a download', () => {
  test('leaves the binary and its checksum where mongodb-memory-server looks, and what was left half is gone', async () => {
    const { cache, env } = await prepare(manners.whole);
    mkdirSync(join(cache, 'downloading-999999999-abc'));

    const binary = await downloadMongod({ env, patience: { hostMs: 20_000 } });

    expect(readFileSync(binary).equals(uselessMongod)).toBe(true);
    expect(
      readdirSync(cache)
        .map((name) => join(cache, name))
        .sort(),
    ).toEqual([binary, `${binary}.md5`]);
  });

  test.each<[string, Manner, Partial<Patience>, RegExp]>([
    ['does not answer', manners.silent, { hostMs: 300 }, /^127\.0\.0\.1:\d+ does not answer within 0\.3 s$/],
    ['has no MongoDB for this system', manners.missing, {}, /404/],
    ['stops half-way', manners.stalling, { quietMs: 300 }, /has sent nothing for 0\.3 s/],
    ['is slow', manners.slow, { paceMs: 300, wholeMs: 2000 }, /is too slow: it would take \d+ minutes/],
  ])('from a host that %s is given up, and nothing half stays', async (_name, manner, patience, reason) => {
    const { cache, env } = await prepare(manner);

    const error = await failing(env, patience);

    expect(error.message).toMatch(reason);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('from a host that refuses is given up', async () => {
    const { cache, env } = await prepare(manners.whole);

    const error = await failing(
      { ...env, MONGOMS_DOWNLOAD_MIRROR: `http://127.0.0.1:${await freePort()}` },
      { hostMs: 500 },
    );

    expect(error.message).toContain('does not answer');
    expect(readdirSync(cache)).toEqual([]);
  });

  test.each([
    ['with another checksum', archive, '0'.repeat(32)],
    ['that is no archive', Buffer.from('no archive'.repeat(1000)), undefined],
    ['that is cut', archive.subarray(0, archive.length / 2), undefined],
  ])('of a file %s is an error, and nothing of it stays', async (_name, content, checksum) => {
    const { cache, env } = await prepare(manners.whole, content, checksum);

    expect((await failing(env)).message).not.toBe('');
    expect(readdirSync(cache)).toEqual([]);
  });

  test('that is interrupted ends at once, and nothing of it stays', async () => {
    const { cache, env } = await prepare(manners.stalling);
    const interrupted = expect.poll(() => readdirSync(cache), { timeout: 20_000 }).toHaveLength(1);

    expect(await failing(env, {}, interrupted)).toBeInstanceOf(UsageError);
    expect(readdirSync(cache)).toEqual([]);
  });

  test.each([
    ['before it began', async () => {}],
    [
      'as soon as its folder is there',
      async (cache: string) => {
        while (!existsSync(cache) || readdirSync(cache).length === 0) await setImmediate();
      },
    ],
    [
      'once it has told its folder',
      async (_cache: string, child: ChildProcess) => void (await once(child, 'message')),
    ],
  ])('ends when its parent is gone %s, and nothing of it stays', async (_when, until) => {
    const { cache, env } = await prepare(manners.stalling);
    const program = fileURLToPath(new URL('../../lib/dev/download-process.ts', import.meta.url));
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const child = fork(program, [], { execArgv: ['--import', tsx], env, stdio: 'ignore' as never });
    const ended = once(child, 'exit');

    await until(cache, child);
    child.disconnect();
    await ended;

    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('a download that failed', () => {
  const day = 24 * 60 * 60 * 1000;

  test('is remembered for a day, of its host alone', () => {
    const file = join(temporaryFolder(ends), 'notes', 'failed.json');
    rememberFailedDownload(file, 'a.example', 'no way out');

    expect(failedDownload(file, 'a.example')).toMatchObject({ why: 'no way out' });
    expect(failedDownload(file, 'b.example')).toBeUndefined();
    // Asked about another, it is forgotten.
    expect(failedDownload(file, 'a.example')).toBeUndefined();
  });

  test.each([
    ['a day is over', day + 1],
    ['the clock was put back', -60_000],
  ])('is forgotten when %s', (_name, later) => {
    const file = join(temporaryFolder(ends), 'failed.json');
    rememberFailedDownload(file, 'a.example', 'no way out');

    expect(failedDownload(file, 'a.example', Date.now() + later)).toBeUndefined();
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });
});

describe('progress', () => {
  const shown = (isTTY: boolean) => {
    let text = '';
    const write = (part: string) => {
      text += part;
      return true;
    };
    const progress = showProgress('Downloading', { isTTY, write } as never);
    for (const share of [0, 0.001, 0.054, 0.12, 0.129, 0.95, 1, 1]) progress.at(share);
    progress.end();
    return text;
  };

  test('is one line that is written over on a terminal', () => {
    expect(shown(true)).toBe(
      [0, 5, 12, 95, 100]
        .map((percent) => `\rDownloading: ${percent} %`)
        .join('')
        .concat('\n'),
    );
  });

  test('is a line every ten percent elsewhere', () => {
    expect(shown(false)).toBe([0, 10, 90, 100].map((percent) => `Downloading: ${percent} %\n`).join(''));
  });
});
