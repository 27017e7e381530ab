import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** What `serverless` reads of this repository: its configuration, and the plugins that are named there. */
const files = ['serverless.yml', 'lib/dev/provider-secrets.mjs', 'lib/dev/event-bus.mjs'];

/** Copies it to another folder. */
export async function copyServiceFiles(to: string): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await copyFile(join(root, file), join(to, file));
  }
}
