import { expect, test } from 'vitest';
import { createUserRecords } from '../../../lib/store/sql/users.ts';
import { planOf } from '../../support/sqlite-plan.ts';

const after = { key: 'ada', id: 'A' };

test.each([
  ['all', {}, 'users_email_key_unique'],
  ['those whose name begins so', { key: 'nameKey', prefix: 'a' }, 'users_name_key'],
  ['those who are kept out', { disabled: true }, 'users_disabled_email_key'],
  ['those who are kept out, further on', { disabled: true, after }, 'users_disabled_email_key'],
  [
    'those who are kept out, by name',
    { key: 'nameKey', prefix: 'a', disabled: true },
    'users_disabled_name_key',
  ],
] as const)('a page of %s comes from an index, in its order', async (_whom, query, index) => {
  const page = { key: 'emailKey', prefix: '', most: 10, ...query } as const;
  const plan = await planOf((sql) => createUserRecords(sql).list(page));

  expect(plan).toContain(`USING INDEX ${index} (`);
  expect(plan).not.toContain('TEMP B-TREE');
});
