import { type Request, Router } from 'express';
import type { Gate } from './gates.ts';

/** The request's session as an application sees it: keys of its own, nothing else. */
export function sessionData(req: Request): Record<string, unknown> {
  return req.session as unknown as Record<string, unknown>;
}

/**
 * What an application does with `req.session`, the same code over our store and over the stock one:
 * `POST /count/:key` adds one to a key, `POST /slow/count/:key` does so after it has waited at the gate,
 * `GET /slow` changes nothing but waits, `GET /data` shows every key.
 */
export function sessionRoutes(gate?: Gate): Router {
  const router = Router();
  router.post('/count/:key', (req, res) => {
    res.json(addOne(req));
  });
  router.post('/slow/count/:key', async (req, res) => {
    await gate?.pass();
    res.json(addOne(req));
  });
  router.get('/slow', async (_req, res) => {
    await gate?.pass();
    res.json({});
  });
  router.get('/data', (req, res) => {
    const { cookie: _cookie, signedIn: _signedIn, ...data } = sessionData(req);
    res.json(data);
  });
  return router;
}

function addOne(req: Request<{ key: string }>): Record<string, number> {
  const data = sessionData(req as Request);
  const { key } = req.params;
  const count = Number(data[key] ?? 0) + 1;
  data[key] = count;
  return { [key]: count };
}

/** What a route does that only changes keys. */
export const keep = (data: object) => (req: Request) => {
  Object.assign(req.session, data);
};

/** A key of the session that is its own, even where the name means something to every object. */
export function put(data: object, key: string, value: unknown): void {
  Object.defineProperty(data, key, { value, enumerable: true, configurable: true, writable: true });
}
