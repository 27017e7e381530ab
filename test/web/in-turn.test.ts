import type { Request, RequestHandler, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { inTurn } from '../../lib/web/in-turn.ts';

/** What the router hears of some middleware in turn, and which of it ran. */
async function passing(...handlers: ((ran: string[]) => RequestHandler)[]) {
  const ran: string[] = [];
  const heard = await new Promise((resolve) => {
    inTurn(...handlers.map((make) => make(ran)))({} as Request, {} as Response, (error) => resolve(error));
  });
  return { ran, heard };
}

const step =
  (name: string, act: (next: (error?: unknown) => void) => unknown) =>
  (ran: string[]): RequestHandler =>
  (_req, _res, next) => {
    ran.push(name);
    return act(next) as undefined;
  };

const goOn = (name: string) => step(name, (next) => next());
const fault = new Error('on purpose');

describe('middleware in turn', () => {
  it('runs in its order, also where one waits, and then the router goes on', async () => {
    const waits = step('second', async (next) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      next();
    });

    expect(await passing(goOn('first'), waits, goOn('third'))).toEqual({
      ran: ['first', 'second', 'third'],
      heard: undefined,
    });
  });

  it.each([
    ['throws', step('second', () => expect.fail('on purpose'))],
    ['rejects', step('second', () => Promise.reject(fault))],
    ['hands an error to next', step('second', (next) => next(fault))],
    [
      'throws after it waited',
      step('second', async () => {
        await null;
        throw fault;
      }),
    ],
  ])('ends where one %s, and the router hears of it', async (_how, broken) => {
    const { ran, heard } = await passing(goOn('first'), broken, goOn('third'));

    expect(ran).toEqual(['first', 'second']);
    expect(heard).toBeInstanceOf(Error);
    expect(String(heard)).toContain('on purpose');
  });

  it('leaves out the rest where one says "route", as the router does', async () => {
    const leaves = step('first', (next) => next('route'));

    expect(await passing(leaves, goOn('second'))).toEqual({ ran: ['first'], heard: 'route' });
  });
});
