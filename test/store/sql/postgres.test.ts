import { describe, test } from 'vitest';
import { nameOf, withDatabase } from '../../support/database.ts';
import { postgresServer } from '../../support/postgres-server.ts';
import { createSqlDatabase } from '../../support/sql-server.ts';
import { sqlContract } from './contract-of.ts';

const server = await postgresServer();

if ('whyNot' in server) {
  describe('the store of postgres', () => {
    test('there is no PostgreSQL to test it on', ({ skip }) => skip(server.whyNot));
  });
} else {
  sqlContract('postgres', async () => ({
    create: async () => {
      const name = nameOf('contract');
      await createSqlDatabase('postgres', server.url, name);
      return withDatabase(server.url, name);
    },
    end: async () => {},
  }));
}
