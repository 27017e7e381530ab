import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonSchema } from '../../../lib/flows/docs/json-schema.ts';
import { openApiDocument } from '../../../lib/flows/docs/openapi.ts';
import type { OperationObject } from '../../../lib/flows/docs/openapi-operation.ts';
import { testDatabase } from '../../support/database.ts';
import { createClient, eventSource, type TestAnswer } from '../../support/events.ts';
import { breaking, conforming } from '../../support/from-schema.ts';
import { type Instance, startInstance } from '../../support/instance.ts';
import { quickPasswords } from '../../support/quick-passwords.ts';

const database = testDatabase('described_input');
const numRuns = 10;
const payload2 = eventSource('HTTP API, payload 2.0');
let instance: Instance;
let cookies: string[];

beforeAll(async () => {
  instance = startInstance({
    database,
    environment: { PASSWORD_MIN_LENGTH: '8' },
    passwords: quickPasswords,
  });
  await database.prepare();
});
afterAll(async () => {
  await instance.end();
  await database.drop();
});

const account = { email: 'ada@example.com', password: 'four plain words together' };

interface Described {
  name: string;
  method: string;
  path: string;
  operation: OperationObject;
}

const document = openApiDocument({
  publicUrl: 'http://localhost:3000',
  cookieName: 'session',
  deployed: false,
  passwordMinLength: 8,
});
const described: Described[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method} ${path}`,
    method,
    path,
    operation,
  })),
);
const withBody = described.filter(({ operation }) => operation.requestBody);
const withParameters = described.filter(({ operation }) => operation.parameters);

function handlerOf({ path, operation }: Described) {
  const room = path.split('/')[1] ?? '';
  if (operation.tags.includes('Pages')) return instance.handlers.pages;
  return room === 'dev' ? instance.handlers.auth : instance.handlers[room as keyof Instance['handlers']];
}

/** Somebody is signed in at each request, whatever the one before has done. */
async function ask(what: Described, rest: { path?: string; query?: [string, string][]; body?: string }) {
  const client = createClient(handlerOf(what), payload2, { ip: '203.0.113.9' });
  const signedIn = async () => {
    const auth = createClient(instance.handlers.auth, payload2);
    const answer = await auth.post('/auth/sign-in', account);
    if (answer.status !== 200) await auth.post('/auth/sign-up', account);
    cookies = Object.entries(auth.cookies.all()).map(([name, value]) => `${name}=${value}`);
  };
  const [type] = Object.keys(what.operation.requestBody?.content ?? {});
  const send = () =>
    client.request({
      method: what.method.toUpperCase(),
      path: what.path.replace(/\{\w+\}/, 'x'),
      cookies: cookies ?? [],
      ...rest,
      headers: { accept: 'application/json', ...(type && { 'content-type': type }) },
    });
  const answer = await send();
  const isOut = answer.status === 401 || answer.headers.get('location')?.startsWith('/sign-in?next=');
  if (!isOut || what.path === '/auth/sign-in') return answer;
  await signedIn();
  return send();
}

/** Who has no password leaves it out; whoever asks here has one. */
function ofWhoHasAPassword(schema: JsonSchema): JsonSchema {
  const variants = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (variants) return { anyOf: variants.map(ofWhoHasAPassword) };
  if (!('currentPassword' in (schema.properties ?? {}))) return schema;
  return { ...schema, required: [...(schema.required ?? []), 'currentPassword'] };
}

const schemaOf = ({ operation }: Described) => {
  const [content] = Object.values(operation.requestBody?.content ?? {});
  if (!content) throw new Error('it takes no body');
  return content.schema;
};

/** As its type says: JSON, or a form. */
function encoded({ operation }: Described, value: unknown): string {
  const isForm = 'application/x-www-form-urlencoded' in (operation.requestBody?.content ?? {});
  return isForm ? new URLSearchParams(value as Record<string, string>).toString() : JSON.stringify(value);
}

/** A form can carry nothing but text, has no half of a surrogate pair, and of a field that is empty says nothing. */
function isSendable({ operation }: Described, value: unknown): boolean {
  if (!('application/x-www-form-urlencoded' in (operation.requestBody?.content ?? {}))) return true;
  return Object.values(value as object).every(
    (each) => typeof each === 'string' && each !== '' && each.isWellFormed(),
  );
}

/** Of a page the status alone tells: a password that is too weak is the other 422. */
function isRefused({ operation }: Described, answer: TestAnswer): boolean {
  if (answer.headers.get('content-type')?.startsWith('application/problem+json'))
    return answer.status === 415 || answer.status === 400
      ? answer.json().code !== 'invalid_token'
      : answer.json().code === 'invalid_request';
  const isWeak =
    /The password (is|must|has)|Password (is|must be at least)|password (is|must be at least)/.test(
      answer.body,
    );
  return answer.status === 422 && !(operation.tags.includes('Pages') && isWeak);
}

describe.each(withBody)('$name', (what) => {
  test('refuses nothing that its schema lets through', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        conforming(ofWhoHasAPassword(schemaOf(what))).filter((value) => isSendable(what, value)),
        async (value) => {
          const answer = await ask(what, { body: encoded(what, value) });
          expect(isRefused(what, answer), answer.body.slice(0, 2000)).toBe(false);
        },
      ),
      { numRuns },
    );
  });

  test('refuses all that its schema does not', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        breaking(schemaOf(what)).filter((value) => isSendable(what, value)),
        async (value) => {
          const { status } = await ask(what, { body: encoded(what, value) });
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns },
    );
  });
});

describe.each(withParameters)('the parameters of $name', (what) => {
  const parameters = what.operation.parameters ?? [];
  const object = {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
  const send = (values: Record<string, unknown>) => {
    const placed = parameters.filter(({ name }) => name in values);
    const text = (name: string) => String(values[name]);
    const path = placed
      .filter((each) => each.in === 'path')
      .reduce((path, { name }) => path.replace(`{${name}}`, encodeURIComponent(text(name))), what.path);
    const query = placed
      .filter((each) => each.in === 'query')
      .map(({ name }): [string, string] => [name, text(name)]);
    const bodies = () => conforming(schemaOf(what)).filter((value) => isSendable(what, value));
    const [body] = what.operation.requestBody ? fc.sample(bodies(), 1) : [];
    return ask(what, { path, query, ...(body !== undefined && { body: encoded(what, body) }) });
  };
  const texts = (values: unknown) => Object.values(values as object).map(String);
  /** An address holds text alone, which some sources undo the escapes of. */
  const isAddressed = (values: unknown) =>
    texts(values).every((text) => text.isWellFormed() && !text.includes('%'));

  test('that conform are let through', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(conforming(object).filter(isAddressed), async (values) => {
        const answer = await send(values as Record<string, unknown>);
        expect([400, 422], answer.body.slice(0, 500)).not.toContain(answer.status);
      }),
      { numRuns },
    );
  });

  test('that break their schema are refused', { timeout: 120_000 }, async () => {
    const broken = breaking({ ...object, additionalProperties: true })
      .filter((values) => Object.values(values as object).every((each) => typeof each === 'string'))
      .filter(isAddressed)
      // A number in an address is text, and no address has an empty part.
      .filter((values) => texts(values).every((text) => text !== '' && !/^([1-9]\d?|100)$/.test(text)));
    await fc.assert(
      fc.asyncProperty(broken, async (values) => {
        const { status } = await send(values as Record<string, unknown>);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      { numRuns },
    );
  });
});

test('what is described and what browsers are told is what the settings say', () => {
  const fields = withBody.flatMap((what) => Object.entries(propertiesOf(schemaOf(what))));
  const least = (field: string) =>
    new Set(fields.filter(([name]) => name === field).map(([, { minLength }]) => minLength));

  expect([...least('newPassword')]).toEqual([8]);
  expect([...least('currentPassword')]).toEqual([1]);
  expect([...least('password')].sort()).toEqual([1, 8]);
});

function propertiesOf(schema: ReturnType<typeof schemaOf>): Record<string, { minLength?: number }> {
  const variants = (schema.anyOf ?? schema.oneOf) as ReturnType<typeof schemaOf>[] | undefined;
  if (variants) return Object.assign({}, ...variants.map(propertiesOf));
  return schema.properties as Record<string, { minLength?: number }>;
}
