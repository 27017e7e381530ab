import { gzipSync } from 'node:zlib';
import express, { type Express, type Request } from 'express';
import { lambdaRequest } from '../../../lib/aws/http-handler.ts';

export const png = Buffer.from('89504e470d0a1a0a0000000d49484452ff00', 'hex');

/** What `/echo` tells of a request. */
export type Echo = {
  method: string;
  url: string;
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string | string[]>;
  ip?: string;
  remoteAddress?: string;
  lambdaIp?: string;
  secure: boolean;
  protocol: string;
  bodyProperty: string;
  requestId: string;
};

/** An Express app that answers with what it was asked, and in every form that an answer can have. */
export function echoApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Keeps Express from printing the errors that the tests provoke.
  app.set('env', 'test');
  app.get('/', (_req, res) => void res.json({ root: true }));
  app.all('/echo', (req, res) => void res.json(echo(req)));
  app.get('/echo/{*rest}', (req, res) => void res.json(echo(req)));
  app.get('/items/:id', (req, res) => void res.json({ id: req.params.id }));
  app.get('/dev/outbox', (_req, res) => void res.json({ outbox: true }));
  app.post('/json', express.json(), (req, res) => void res.status(201).json({ body: req.body }));
  app.post('/bytes', async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    res.json({ hex: Buffer.concat(chunks).toString('hex'), length: req.headers['content-length'] });
  });
  app.post('/unread', (_req, res) => void res.json({ read: false }));
  addAnswers(app);
  addFaults(app);
  return app;
}

function echo(req: Request): Echo {
  return {
    method: req.method,
    url: req.url,
    path: req.path,
    query: req.query as Echo['query'],
    headers: { ...req.headers } as Echo['headers'],
    ...(req.ip !== undefined && { ip: req.ip }),
    ...(req.socket.remoteAddress !== undefined && { remoteAddress: req.socket.remoteAddress }),
    ...(lambdaRequest(req).ip !== undefined && { lambdaIp: lambdaRequest(req).ip as string }),
    secure: req.secure,
    protocol: req.protocol,
    bodyProperty: typeof req.body,
    requestId: lambdaRequest(req).requestId ?? '',
  };
}

function addAnswers(app: Express): void {
  app.get('/cookies', (_req, res) => {
    res.cookie('session', 's%3Aabc', { httpOnly: true, secure: true, sameSite: 'lax' });
    res.cookie('theme', 'dark', { expires: new Date('2100-01-01T00:00:00Z') });
    res.clearCookie('old');
    res.json({});
  });
  app.get('/cookie', (_req, res) => void res.set('Set-Cookie', 'only=1').end());
  app.get('/many-cookies/:count', (req, res) => {
    for (let n = 0; n < Number(req.params.count); n += 1) res.append('Set-Cookie', `c${n}=${n}`);
    res.end();
  });
  app.get('/png', (_req, res) => void res.type('png').send(png));
  app.get('/octets', (_req, res) => void res.send(png));
  app.get('/untyped', (_req, res) => void res.end(png));
  app.get('/gzip', (_req, res) => {
    res.set('Content-Encoding', 'gzip').type('json').send(gzipSync('{"gzip":true}'));
  });
  app.get('/svg', (_req, res) => void res.type('svg').send('<svg>é</svg>'));
  app.get('/problem', (_req, res) => void res.status(418).type('application/problem+json').send('{"é":1}'));
  app.get(
    '/latin1',
    (_req, res) => void res.set('Content-Type', 'text/plain; charset=latin1').end('é', 'latin1'),
  );
  app.get('/chunked', (_req, res) => {
    res.set({ 'Transfer-Encoding': 'chunked', Connection: 'close', 'Keep-Alive': 'timeout=5' });
    res.write('é1 ');
    res.write(Buffer.from('é2 '));
    setImmediate(() => res.end('é3'));
  });
  app.get('/head-at-once', (_req, res) => {
    res.writeHead(202, 'Fine', { 'transfer-encoding': 'chunked', 'x-a': '1', 'set-cookie': ['a=1', 'b=2'] });
    res.end('ok');
  });
  app.get('/hints', (_req, res) => {
    res.writeEarlyHints({ link: '</a.css>; rel=preload' });
    res.send('ok');
  });
  app.get('/vary', (_req, res) => void res.set('Vary', ['Origin', 'Cookie'] as unknown as string).end());
  app.get('/nothing', (_req, res) => void res.status(204).end());
}

function addFaults(app: Express): void {
  app.get('/hang', () => {});
  app.get('/hang-with-cookie', (_req, res) => void res.cookie('session', 'x').status(201).write('half'));
  app.get('/cut', (req) => void req.socket.destroy());
  app.get('/break-off', (_req, res) => {
    res.write('half');
    throw new Error('in the middle');
  });
  app.get('/destroy', (_req, res) => void res.destroy());
  app.get('/late-write', (_req, res) => {
    res.end('whole');
    res.write('more');
  });
  app.get('/late-change', (_req, res) => {
    res.send('whole');
    res.status(500);
    try {
      res.set('Set-Cookie', 'late=1');
    } catch {
      // Node's own server throws here too.
    }
  });
}
