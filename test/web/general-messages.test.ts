import { Router } from 'express';
import { afterAll, expect, test } from 'vitest';
import { httpHandler } from '../../lib/aws/http-handler.ts';
import { jsonApp } from '../../lib/web/json-app.ts';
import { createClient, eventSource } from '../support/events.ts';
import { startInstance } from '../support/instance.ts';
import { expectProblem } from '../support/problems.ts';

/** Nobody is there, and the address has what no caller may learn. */
const instance = startInstance({
  database: { uri: 'mongodb://someone:hush-hush@127.0.0.1:1/', name: 'test_none' },
});
afterAll(() => instance.end());

const source = eventSource('HTTP API, payload 2.0');
const inside = /hush|127\.0\.0\.1|ECONN|mongo|knex|\.ts\b|\.mjs\b|node_modules|at \w+ \(|Error\b/i;

test('ASVS 16.5.1: an outage and a defect have a general message, and the log alone has the cause', async () => {
  const { services, handlers, log } = instance;
  const router = Router().get('/defect', () => {
    throw new TypeError('cannot read hush-hush', { cause: new RangeError('at 127.0.0.1') });
  });
  const auth = createClient(handlers.auth, source);
  const email = 'ada@example.com';
  const given = { email, password: 'four plain words together' };

  const defect = await createClient(httpHandler(jsonApp(services, router), services), source).get('/defect', {
    expect5xx: true,
  });
  const outages = await Promise.all(
    [
      ['sign-in', given],
      ['sign-up', given],
      ['password/forgot', { email }],
    ].map(([what, body]) => auth.post(`/auth/${what}`, body as object, { expect5xx: true })),
  );

  expectProblem(defect, 500, 'internal');
  for (const answer of outages) expectProblem(answer, 503, 'unavailable');
  for (const { body, headers } of [defect, ...outages]) {
    const told = [body];
    headers.forEach((value) => void told.push(value));
    expect(told.join('\n')).not.toMatch(inside);
  }
  const causes = log.map(({ fields }) => fields.error).filter((error) => error !== undefined);
  expect(causes).toEqual(['TypeError', ...outages.map(() => expect.stringMatching(/Error$/))]);
});
