import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** An archive as MongoDB is distributed, with this content for its `mongod`. */
export function mongodArchive(mongod: Buffer): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write('mongodb-linux/bin/mongod', 0);
  header.write(octal(0o755, 8), 100);
  header.write(octal(mongod.length, 12), 124);
  // The sum is made over blanks in its own place.
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)} `, 148);
  const padding = Buffer.alloc((512 - (mongod.length % 512)) % 512);
  return gzipSync(Buffer.concat([header, mongod, padding, Buffer.alloc(1024)]));
}

/** A program called mongod that ends at once, large enough to be taken for one. */
export const uselessMongod = Buffer.from(`#!/bin/sh\nexit 1\n${randomBytes(1_200_000).toString('base64')}`);

/** How a host answers for the archive and its checksum. */
export type Manner = (answer: ServerResponse, archive: Buffer) => void;

export const manners = {
  whole: (answer, archive) => {
    answer.writeHead(200, { 'content-length': archive.length }).end(archive);
  },
  silent: () => undefined,
  missing: (answer) => {
    answer.writeHead(404).end();
  },
  stalling: (answer, archive) => {
    answer.writeHead(200, { 'content-length': archive.length }).write(archive.subarray(0, 50_000));
  },
  slow: (answer, archive) => {
    answer.writeHead(200, { 'content-length': archive.length });
    let at = 0;
    const timer = setInterval(() => {
      answer.write(archive.subarray(at, at + 1000));
      at += 1000;
    }, 50);
    answer.on('close', () => clearInterval(timer));
  },
} satisfies Record<string, Manner>;

/** Plays the host that MongoDB is downloaded from. Everything that `ends` holds is to be called after the test. */
export async function startDownloadHost(
  ends: (() => Promise<unknown>)[],
  manner: Manner,
  archive: Buffer,
  checksum = createHash('md5').update(archive).digest('hex'),
) {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, answer) => {
    asked.push(url);
    if (url.endsWith('.md5')) manners.whole(answer, Buffer.from(`${checksum}  mongod.tgz\n`));
    else manner(answer, archive);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, env: { MONGOMS_DOWNLOAD_MIRROR: url, MONGOMS_USE_HTTP: 'true' } };
}
