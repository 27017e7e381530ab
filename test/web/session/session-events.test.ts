import type { EventEmitter } from 'node:events';
import type { Request } from 'express';
import { expect, test } from 'vitest';
import { destroy, regenerate, save } from '../../../lib/web/session/save.ts';
import { browser } from '../../support/session-app.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { keep, sessionData } from '../../support/session-routes.ts';

/** connect-mongo's documented events, as an application hears them on `req.sessionStore`. */

const { start } = sessionInstances('session_events');

/** Hears everything that the store of a request emits, by the names that connect-mongo documents. */
function hear(req: Request, heard: unknown[]): void {
  const store = req.sessionStore as unknown as EventEmitter;
  for (const name of ['create', 'update', 'set', 'touch', 'destroy'])
    store.on(name, (id: unknown) => heard.push([name, id]));
}

test('the store tells what a request does to its session, by the session’s id', async () => {
  let now = Date.now();
  const { act, handler } = start(undefined, { now: () => new Date(now) });
  const client = browser(handler);
  const heard: unknown[] = [];
  const ids: string[] = [];
  const taken = () => heard.splice(0);
  const noteId = (req: Request) => ids.push(req.sessionID);

  await act(client, (req) => hear(req, heard));
  await act(client, (req) => {
    keep({ step: 1 })(req);
    noteId(req);
  });
  expect(taken()).toEqual([
    ['create', ids[0]],
    ['set', ids[0]],
  ]);

  await act(client, () => undefined);
  expect(taken()).toEqual([]);

  await act(client, keep({ step: 2 }));
  expect(taken()).toEqual([
    ['update', ids[0]],
    ['set', ids[0]],
  ]);

  await act(client, async (req) => {
    sessionData(req).step = 3;
    await save(req);
    await save(req);
  });
  expect(taken()).toEqual([
    ['update', ids[0]],
    ['set', ids[0]],
  ]);

  now += 2 * 3600 * 1000;
  await act(client, () => undefined);
  expect(taken()).toEqual([['touch', ids[0]]]);

  await act(client, async (req) => {
    await regenerate(req);
    noteId(req);
  });
  expect(taken()).toEqual([
    ['destroy', ids[0]],
    ['create', ids[1]],
    ['set', ids[1]],
  ]);

  await act(client, destroy);
  expect(taken()).toEqual([['destroy', ids[1]]]);
});

test('what is not stored is not told', async () => {
  const { act, handler } = start();
  const client = browser(handler);
  const heard: unknown[] = [];
  await act(client, (req) => hear(req, heard));

  await act(
    client,
    (req) => {
      keep({ step: 1 })(req);
      throw new Error('no');
    },
    { expect5xx: true },
  );

  expect(heard).toEqual([]);
});
