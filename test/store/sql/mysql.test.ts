import { describe, test } from 'vitest';
import { nameOf, withDatabase } from '../../support/database.ts';
import { startMariadb } from '../../support/mariadb-server.ts';
import { createSqlDatabase } from '../../support/sql-server.ts';
import { sqlContract } from './contract-of.ts';

const server = await startMariadb();

if ('whyNot' in server) {
  describe('the store of mysql', () => {
    test('there is no MariaDB to test it on', ({ skip }) => skip(server.whyNot));
  });
} else {
  sqlContract('mysql', async () => ({
    create: async () => {
      const name = nameOf('contract');
      await createSqlDatabase('mysql', server.url, name);
      return withDatabase(server.url, name);
    },
    end: () => server.stop(),
  }));
}
