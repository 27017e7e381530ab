import { describe, expect, it } from 'vitest';
import { createTurns } from '../../../lib/store/mongo/turns.ts';

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
    const within = (milliseconds: number) => {
      const endsAt = performance.now() + milliseconds;
      return () => endsAt - performance.now();
    };
    await turns.take(patient);

    const inTime = turns.take(patient);
    const [tooLate] = await Promise.allSettled([turns.take(within(20))]);
    turns.done();
    await inTime;
    turns.done();
    await turns.take(patient);

    expect(tooLate).toMatchObject({ status: 'rejected', reason: { name: 'MongoOperationTimeoutError' } });
  });

  it('are waited for longer where there is more time than there was', async () => {
    const turns = createTurns(1);
    await turns.take(patient);
    let asked = 0;
    const [givenUp] = await Promise.allSettled([
      turns.take(() => {
        asked += 1;
        return asked < 4 ? 5 : 0;
      }),
    ]);

    expect([givenUp.status, asked]).toEqual(['rejected', 4]);
  });
});
