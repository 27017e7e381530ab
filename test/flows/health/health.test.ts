import { afterAll, describe, expect, it } from 'vitest';
import { indexesOf } from '../../../lib/store/mongo/indexes.ts';
import { testStore } from '../../support/database.ts';
import { createClient, eventSources } from '../../support/events.ts';
import { scenesOf } from '../../support/outages.ts';
import { expectProblem } from '../../support/problems.ts';

const { direct, end } = await scenesOf('health');
afterAll(end);

describe.each(eventSources)('from $name', (source) => {
  const client = () => createClient(direct.handlers.health, source);

  it.each(['/health/live', '/health/ready'])(
    '%s answers 200, is not cached and sets no cookie',
    async (path) => {
      const answer = await client().get(path);

      expect(answer.status).toBe(200);
      expect(answer.json()).toEqual({ status: 'ok' });
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-request-id')).toMatch(/./);
      expect(answer.cookies).toEqual([]);
    },
  );

  it('does not care who asks: a cookie, good or bad, changes nothing', async () => {
    const answer = await client().get('/health/ready', { cookies: { session: 's:forged.signature' } });

    expect([answer.status, answer.cookies]).toEqual([200, []]);
  });

  it('takes GET and HEAD, and nothing else', async () => {
    const head = await client().request({ method: 'HEAD', path: '/health/live' });
    const post = await client().post('/health/live', {});
    const options = await client().request({ method: 'OPTIONS', path: '/health/ready' });

    expect([head.status, head.body]).toEqual([200, '']);
    expectProblem(post, 405, 'method_not_allowed');
    expect(post.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  it('answers 404 to every other address', async () => {
    for (const path of ['/health', '/health/', '/health/live/', '/health/Live', '/health/dead', '/'])
      expectProblem(await client().get(path), 404, 'not_found');
  });
});

describe('health', () => {
  it('asks the database once for each collection whether it is ready, and for life not at all', async () => {
    const client = createClient(direct.handlers.health, eventSources[0]!);

    await client.get('/health/live');
    await client.get('/health/ready');

    const trips = direct.log.slice(-2).map(({ fields }) => [fields.route, fields.databaseRoundTrips]);
    expect(trips).toEqual([
      ['/health/live', 0],
      ['/health/ready', testStore() === 'mongodb' ? indexesOf(direct.config).size : 1],
    ]);
  });
});
