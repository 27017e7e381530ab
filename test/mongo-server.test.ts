import { expect, test } from 'vitest';
import { testDatabase } from './support/database.ts';

test('x', async () => {
  const d = testDatabase('x');
  await d.db().collection<{ _id: number; a: number }>('c').insertOne({ _id: 1, a: 5 });
  expect(await d.db().collection('c').countDocuments()).toBe(1);
  await d.drop();
});
