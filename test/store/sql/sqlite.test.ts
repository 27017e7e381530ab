import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlContract } from './contract-of.ts';

sqlContract('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'session-auth-'));
  let files = 0;
  return {
    create: async () => {
      files += 1;
      return `sqlite:${join(folder, `${files}.sqlite`)}`;
    },
    end: () => rm(folder, { recursive: true }),
  };
});
