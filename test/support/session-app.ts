import { type Request, type RequestHandler, type Response, Router } from 'express';
import { httpHandler } from '../../lib/aws/http-handler.ts';
import { byPassword } from '../../lib/flows/shared/way-in.ts';
import { signInRoutes } from '../../lib/flows/sign-in/routes.ts';
import { signUpRoutes } from '../../lib/flows/sign-in/sign-up/routes.ts';
import { wayInRoutes } from '../../lib/flows/sign-in/ways-in.ts';
import { jsonApp } from '../../lib/web/json-app.ts';
import { requireUser } from '../../lib/web/session/require-user.ts';
import type { TestHandler } from './events/client.ts';
import {
  createClient,
  eventSource,
  type RequestOptions,
  type TestAnswer,
  type TestClient,
  type TestRequest,
} from './events.ts';
import type { Gate } from './gates.ts';
import type { Instance } from './instance.ts';
import { sessionRoutes } from './session-routes.ts';

/** The event source of tests that need only one: what the product is deployed behind. */
export const httpApi = eventSource('HTTP API, payload 2.0');

/**
 * A function of an application beside ours, on an instance's services: the routes of `/auth`, those of
 * {@link sessionRoutes}, further ones if given, and what makes tests quick: `POST /enter` signs a new user in
 * without a password, `POST /leave` signs out, `GET /who` answers who is signed in.
 */
export function sessionApp(instance: Instance, gate?: Gate, more?: RequestHandler): TestHandler {
  const { services } = instance;
  const router = Router();
  router.post('/enter', async (req, res) => {
    const email = `${crypto.randomUUID()}@example.com`;
    const user = { email, name: null, passwordHash: 'none', createdAt: services.now() };
    const { credentials, store } = await services.users.draft(user);
    await store();
    await services.sessions.complete(req, { credentials, ...byPassword });
    res.json({ user: credentials.user.id });
  });
  router.post('/leave', async (req, res) => {
    await services.sessions.signOut(req, res);
    res.status(204).end();
  });
  router.get('/who', async (req, res) => {
    res.json({ user: requireUser(req).userId });
  });
  if (more) router.use(more);
  router.use(sessionRoutes(gate), signInRoutes(services), wayInRoutes(services), signUpRoutes(services));
  return httpHandler(jsonApp(services, router), services);
}

/** A client of a handler behind an HTTP API; with `like`, one with that client's cookies: the same browser. */
export function browser(handler: TestHandler, like?: TestClient): TestClient {
  const client = createClient(handler, httpApi);
  for (const [name, value] of Object.entries(like?.cookies.all() ?? {})) client.cookies.set(name, value);
  return client;
}

/** What a test does inside a request; what it returns is the answer, unless that is `answered`. */
export type Act = (req: Request, res: Response) => unknown;

/** Returned by an act that has answered by itself. */
export const answered = Symbol('answered');

/** An instance's app in which a test can do anything with a request's session. */
export interface ActingApp {
  handler: TestHandler;
  /** Makes a request in which `act` runs: `POST /act` unless told otherwise. */
  act(client: TestClient, act: Act, request?: Partial<TestRequest & RequestOptions>): Promise<TestAnswer>;
}

/** Starts {@link sessionApp} with a route that runs whatever a test wants to be done. */
export function actingApp(instance: Instance, gate?: Gate): ActingApp {
  const acts = new Map<string, Act>();
  const router = Router();
  router.all('/act', async (req, res) => {
    const act = acts.get(String(req.get('act')));
    if (!act) throw new Error('no such act');
    const result = await act(req, res);
    if (result !== answered) res.json(result ?? {});
  });
  return {
    handler: sessionApp(instance, gate, router),
    act: async (client, act, request = {}) => {
      const name = crypto.randomUUID();
      acts.set(name, act);
      const { headers, ...rest } = request;
      return client.request({ method: 'POST', path: '/act', ...rest, headers: { ...headers, act: name } });
    },
  };
}

/** Who is signed in with a client's cookies, by the handler's own word. */
export async function whoIs(client: TestClient): Promise<string | null> {
  const answer = await client.get('/who');
  return answer.status === 200 ? answer.json().user : null;
}
