import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';

/** What a record does: put a document, remove one, set a collection's indexes, drop a collection. */
const changes = ['put', 'remove', 'indexes', 'drop'] as const;

export interface JournalRecord {
  change: (typeof changes)[number];
  ns: string;
  /** BSON: the document, `{_id}`, `{indexes}`, or nothing. */
  bytes: Buffer;
}

/**
 * An append-only log. A record is: length and CRC-32 of the rest (4 bytes each), the kind of change (1), the length
 * of the namespace (2), the namespace, BSON.
 */
export interface Journal {
  append(record: JournalRecord): void;
  /** Hands what was appended to the operating system, so that it outlives this process. */
  flush(): void;
  close(): void;
}

const headerBytes = 8;

/** Opens a log for appending, after `readJournal` has cut its torn end. */
export function openJournal(file: string): Journal {
  const fd = openSync(file, 'a');
  let pending: Buffer[] = [];
  let size = fstatSync(fd).size;
  let failure: Error | undefined;

  function flush() {
    // What is in memory is not in the log: nothing more may be answered.
    if (failure) throw failure;
    const bytes = Buffer.concat(pending);
    pending = [];
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      size += bytes.length;
    } catch (error) {
      failure = new Error(`${file} can not be written, restart when it can: ${(error as Error).message}`);
      ftruncateSync(fd, size);
      throw failure;
    }
  }

  return {
    append: (record) => pending.push(encodeRecord(record)),
    flush,
    close() {
      if (!failure) flush();
      closeSync(fd);
    },
  };
}

function encodeRecord({ change, ns, bytes }: JournalRecord): Buffer {
  const name = Buffer.from(ns);
  const header = Buffer.alloc(headerBytes + 3);
  header[headerBytes] = changes.indexOf(change);
  header.writeUInt16LE(name.length, headerBytes + 1);
  const record = Buffer.concat([header, name, bytes]);
  record.writeUInt32LE(record.length - headerBytes, 0);
  record.writeUInt32LE(crc32(record.subarray(headerBytes)), 4);
  return record;
}

/**
 * Replays a log, and cuts what a process that was killed left half written at its end. Throws where the damage is
 * not at the end, because the records after it were acknowledged.
 *
 * @returns the number of records
 */
export function readJournal(file: string, replay: (record: JournalRecord) => void): number {
  const log = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  let records = 0;
  let end = 0;
  while (end + headerBytes <= log.length) {
    const next = end + headerBytes + log.readUInt32LE(end);
    const body = log.subarray(end + headerBytes, next);
    if (next > log.length || body.length < 3) break;
    if (crc32(body) !== log.readUInt32LE(end + 4)) {
      if (next === log.length) break;
      throw new Error(`${file} is damaged at byte ${end}, before its end; move it away to start empty`);
    }
    const nameEnd = 3 + body.readUInt16LE(1);
    const change = changes[body[0] ?? 0] ?? 'put';
    // A copy, so that one document does not keep the whole log in memory.
    replay({ change, ns: body.toString('utf8', 3, nameEnd), bytes: Buffer.from(body.subarray(nameEnd)) });
    records += 1;
    end = next;
  }
  if (end < log.length) {
    console.error(`cut ${log.length - end} bytes of an unfinished write from ${file}`);
    truncateSync(file, end);
  }
  return records;
}

/** Replaces a log by one that holds only `records`; a crash in between leaves the old one. */
export function rewriteJournal(file: string, records: Iterable<JournalRecord>): void {
  const fd = openSync(`${file}.new`, 'w');
  for (const record of records) writeSync(fd, encodeRecord(record));
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${file}.new`, file);
}
