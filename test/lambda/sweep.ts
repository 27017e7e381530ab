import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { eventSource } from '../support/events.ts';
import { clientOf, type Ground, newPerson, signUp } from './ground.ts';
import type { Instance } from './instance.ts';

/** As EventBridge's schedule invokes a function. */
const scheduled = {
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2026-11-27T05:00:00Z',
  region: 'eu-central-1',
  resources: ['arn:aws:events:eu-central-1:123456789012:rule/sweep'],
  detail: {},
};

/** The function on a schedule, of the stores that do not remove what is over by themselves. */
export async function checkSweep(ground: Ground): Promise<Instance[]> {
  const lives = { SESSION_IDLE_SECONDS: '1', SESSION_ABSOLUTE_SECONDS: '1' };
  const [auth, sweep] = [await ground.start('auth', lives), await ground.start('sweep')];
  await ground.tally.check('sweep: on its schedule it removes a session that is over', async () => {
    const client = clientOf(auth, eventSource('HTTP API, payload 2.0'), '203.0.113.130');
    assert.equal((await signUp(client, newPerson('sweep'))).status, 201);
    await delay(1500);
    const removed = await sweep.handler(scheduled);
    assert.equal((removed as { sessions: number }).sessions, 1, JSON.stringify(removed));
    return JSON.stringify(removed);
  });
  await ground.tally.check('sweep: the next one finds nothing', async () => {
    const removed = Object.values((await sweep.handler(scheduled)) as Record<string, number>);
    assert.equal(
      removed.reduce((sum, each) => sum + each, 0),
      0,
    );
  });
  return [auth, sweep];
}
