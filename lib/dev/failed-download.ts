import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A download that failed, so that the next start neither waits for it nor asks again. */
export interface FailedDownload {
  host: string;
  why: string;
  /** When it is tried again, in milliseconds. */
  until: number;
}

const rememberedMs = 24 * 60 * 60 * 1000;

/** What is remembered in `file` of this host; what is over, is about another or cannot be read is forgotten. */
export function failedDownload(file: string, host: string, now = Date.now()): FailedDownload | undefined {
  try {
    const failed = JSON.parse(readFileSync(file, 'utf8')) as FailedDownload;
    // A clock that was put back must not make it longer.
    if (failed.host === host && failed.until > now && failed.until <= now + rememberedMs) return failed;
  } catch {
    // Not there, or written by half.
  }
  forgetFailedDownload(file);
  return undefined;
}

/** Remembers for a day that a download failed. */
export function rememberFailedDownload(file: string, host: string, why: string): FailedDownload {
  const failed = { host, why, until: Date.now() + rememberedMs };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(failed)}\n`);
  return failed;
}

export function forgetFailedDownload(file: string): void {
  rmSync(file, { force: true });
}
