import { describe, expect, it } from 'vitest';
import { createTurns } from '../lib/mongo/turns.ts';

const patient = () => 10_000;

describe('turns', () => {
  it('are taken by as many as there are at once, and by the others in the order in which they came', async () => {
    const turns = createTurns(2);
    const order: number[] = [];
    let most = 0;
    let now = 0;

    await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (each) => {
        await turns.take(patient);
        now += 1;
        most = Math.max(most, now);
        order.push(each);
        await new Promise((resolve) => setTimeout(resolve, 5));
        now -= 1;
        turns.done();
      }),
    );

    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('are waited for no longer than there is time, and then left to the next', async () => {
    const turns = createTurns(1);
    await turns.take(patient);
    const tooLate = turns.take(() => 20).then(undefined, (error: Error) => error.name);
    let left = 60;
    const extended = turns.take(() => {
      left -= 20;
      return left;
    });
    const next = turns.take(patient);

    const outcome = await tooLate.catch(() => 'rejected');
    const extendedOutcome = await extended.catch((error: Error) => error.name);
    turns.done();
    await next;
    turns.done();
    await turns.take(patient);

    expect(left).toBeLessThanOrEqual(0);
    expect([outcome, extendedOutcome]).toEqual(['MongoOperationTimeoutError', 'MongoOperationTimeoutError']);
  });
});
