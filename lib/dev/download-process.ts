import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DryMongoBinary } from 'mongodb-memory-server-core';
import { MongoBinaryDownload } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownload.js';

/**
 * What the program of a download tells its parent: the folder that it works in, how many bytes have come of how many,
 * and in the end the binary or what went wrong.
 */
export type DownloadNews =
  | { folder: string }
  | { bytes: number; of: number }
  | { binary: string }
  | { error: string };

/** A parent that is gone is no error here: `disconnect` says so, and with an error the folder would stay. */
const tell = (news: DownloadNews, told = () => {}) => process.send?.(news, told);

class Download extends MongoBinaryDownload {
  override printDownloadProgress({ length }: { length: number }): void {
    this.dlProgress.current += length;
    tell({ bytes: this.dlProgress.current, of: this.dlProgress.length });
  }
}

const remove = (folder: string) => rmSync(folder, { recursive: true, force: true });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A folder for this download alone; what one left that was killed is removed. */
function ownFolder(cache: string): string {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) {
    const pid = /^downloading-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) remove(join(cache, name));
  }
  return mkdtempSync(join(cache, `downloading-${process.pid}-`));
}

/** Downloads in a folder of its own, and moves what is whole to where mongodb-memory-server looks for it. */
async function download(): Promise<string> {
  const options = await DryMongoBinary.generateOptions();
  const cache = options.downloadDir;
  const folder = ownFolder(cache);
  const giveUp = () => {
    remove(folder);
    process.exit(1);
  };
  process.once('disconnect', giveUp);
  if (!process.connected) giveUp();
  tell({ folder });
  try {
    const file = await new Download({ ...options, downloadDir: folder }).getMongodPath();
    // Without its checksum beside it a binary counts as half there, so that one goes first.
    for (const end of ['.md5', '']) renameSync(file + end, join(cache, basename(file) + end));
    return join(cache, basename(file));
  } finally {
    remove(folder);
  }
}

const news = await download().then(
  (binary): DownloadNews => ({ binary }),
  (error: Error): DownloadNews => ({ error: error.message }),
);
tell(news, () => process.exit());
