import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Deployed } from '../../lib/dev/deploy/deployed.ts';
import { deleteStrayVersions } from '../../lib/dev/deploy/stray-versions.ts';
import type { Service } from '../../lib/dev/service/service.ts';
import { standForAws } from '../support/aws-endpoint.ts';

/** What Lambda has, by function; a version without a number is an answer that is not AWS's own. */
let has: Record<string, { aliases: object[]; versions: (string | undefined)[] }>;
let deleted: string[];

standForAws((req, _body, res) => {
  const { pathname, searchParams } = new URL(req.url ?? '', 'http://localhost');
  const [, name = '', what] = /\/functions\/([^/]+)(?:\/(\w+))?/.exec(pathname) ?? [];
  const found = has[name];
  const answer = (status: number, body: object) =>
    void res
      .writeHead(status, {
        'content-type': 'application/json',
        'x-amzn-errortype': 'ResourceNotFoundException',
      })
      .end(JSON.stringify(body));
  if (!found) return answer(404, { Message: 'Function not found' });
  if (req.method === 'DELETE') {
    deleted.push(`${name} ${searchParams.get('Qualifier')}`);
    return void res.writeHead(204).end();
  }
  answer(
    200,
    what === 'aliases'
      ? { Aliases: found.aliases }
      : { Versions: found.versions.map((Version) => ({ Version })) },
  );
});

const lambda = new LambdaClient({ region: 'eu-central-1' });
afterAll(() => lambda.destroy());

beforeEach(() => {
  has = {};
  deleted = [];
});

/** Deletes what is stray of a service with two functions. */
function deleteStray({ stack = Object.keys(has), isLittleByLittle = true } = {}) {
  const targetAlias = isLittleByLittle ? { name: 'live', logicalId: 'LiveAlias' } : undefined;
  const functions = { auth: { name: 'auth', targetAlias }, pages: { name: 'pages', targetAlias } };
  const deployed = { functions: new Map(stack.map((name) => [name, {}])) } as unknown as Deployed;
  return deleteStrayVersions({ functions } as unknown as Service, lambda, deployed);
}

test('versions that an earlier time of such releases left are deleted, and nothing else of a function', async () => {
  has.auth = { aliases: [], versions: ['$LATEST', '1', '2', undefined, ''] };
  has.pages = { aliases: [], versions: ['$LATEST'] };

  expect(await deleteStray()).toBe(2);
  expect(deleted).toEqual(['auth 1', 'auth 2']);
});

test('those that an alias names stay, by a share too', async () => {
  has.auth = {
    aliases: [{ Name: 'own', FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 3: 0.1 } } }],
    versions: ['$LATEST', '1', '2', '3'],
  };

  await deleteStray();

  expect(deleted).toEqual(['auth 2']);
});

test('a stage that releases little by little now keeps all', async () => {
  has.auth = { aliases: [{ Name: 'live', FunctionVersion: '2' }], versions: ['$LATEST', '1', '2'] };

  expect(await deleteStray()).toBe(0);
});

test('so does one that replaces everything at once', async () => {
  has.auth = { aliases: [], versions: ['$LATEST', '1'] };

  expect(await deleteStray({ isLittleByLittle: false })).toBe(0);
  expect(deleted).toEqual([]);
});

test('a function that is none of the stack, or was removed by hand, is left alone', async () => {
  has.auth = { aliases: [], versions: ['$LATEST', '1'] };

  expect(await deleteStray({ stack: ['pages'] })).toBe(0);
  expect(deleted).toEqual([]);
});
