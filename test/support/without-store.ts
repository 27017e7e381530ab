/** Test files that reach no store: on another store they tell nothing new. */
export const withoutStore = [
  'test/aws/lambda-events.test.ts',
  'test/aws/lambda-properties.test.ts',
  'test/aws/lambda-stock.test.ts',
  'test/aws/lambda.test.ts',
  'test/base/sender.test.ts',
  'test/checklist.test.ts',
  'test/documents.test.ts',
  'test/examples.test.ts',
  'test/flows/lists.test.ts',
  'test/imports.test.ts',
  'test/users/passwords.test.ts',
  'test/users/webauthn-vectors.test.ts',
  'test/web/in-turn.test.ts',
];
