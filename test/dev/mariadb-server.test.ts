import { createConnection } from 'mysql2/promise';
import { expect, test } from 'vitest';
import { startMariadb } from '../support/mariadb-server.ts';

const mariadb = await startMariadb();

if ('whyNot' in mariadb) test.skip(`MariaDB: ${mariadb.whyNot}`, () => {});
else
  test('MariaDB gives each who asks a database of their own, and is gone once it is stopped', async () => {
    const connection = await createConnection(mariadb.url);
    try {
      await connection.query('create database another');
      await connection.query('create table another.things (name text)');
      await connection.query('insert into another.things values (?)', ['é 🗝️']);
      const [rows] = await connection.query('select name from another.things');
      expect(rows).toEqual([{ name: 'é 🗝️' }]);
    } finally {
      connection.destroy();
      await mariadb.stop();
    }
    await expect(createConnection(mariadb.url)).rejects.toThrow('ECONNREFUSED');
  });
