import type { IncomingMessage, ServerResponse } from 'node:http';
import serverlessHttp from 'serverless-http';
import type { AppAnswer } from './events/event-source.ts';
import { joinHeaders } from './events/read-headers.ts';
import type { HttpRequest } from './events/read-request.ts';
import { type LambdaRequest, setLambdaRequest } from './lambda-request.ts';
import { connectionSettings, statusSent, tidyResponse } from './tidy-response.ts';

/** An Express application, or any other function that answers a request. */
export type App = (req: IncomingMessage, res: ServerResponse) => unknown;

/** What serverless-http makes of an answer to an event of payload 2.0. */
type Wrapped = { headers: Record<string, string>; cookies: string[]; body: string };

/** One request on its way; serverless-http hands it on as the invocation's context. */
interface Run {
  request: HttpRequest;
  lambda: LambdaRequest;
  res?: ServerResponse;
  reject: (error: unknown) => void;
}

const runOf = Symbol('run');

/**
 * Runs an app on a request that came in an event.
 * @throws Error what the app threw past its own error handling, or that it gave up in the middle of its answer.
 */
export type RunApp = (request: HttpRequest, lambda: LambdaRequest) => Promise<AppAnswer>;

/**
 * Makes an app ready to run on requests that come in events.
 * serverless-http gives it Node's request and response. It is handed one plain event whatever the source, never
 * the real one, which it would change; what it gets wrong in the request is put right before the app runs.
 */
export function appRunner(app: App): RunApp {
  const wrapped = serverlessHttp(
    (req: IncomingMessage, res: ServerResponse) => {
      const run = Reflect.get(req, runOf) as Run;
      run.res = res;
      tidyResponse(res);
      endExchange(req, res);
      rejectWhenCut(req, res, run.reject);
      begin(app, req, res).catch(run.reject);
    },
    {
      // Off: it would adopt a client's id.
      requestId: '',
      // Every body leaves as base64, so that its bytes are known here.
      binary: true,
      request: (req: IncomingMessage, _event: unknown, run: Run) => prepare(req, run),
    },
  ) as unknown as (event: object, run: Run) => Promise<Wrapped>;

  return (request, lambda) =>
    new Promise((resolve, reject) => {
      const run: Run = { request, lambda, reject };
      wrapped(plainEvent(request), run)
        .then((answer) => resolve(readWrapped(answer, run)))
        .catch(reject);
    });
}

async function begin(app: App, req: IncomingMessage, res: ServerResponse): Promise<void> {
  await app(req, res);
}

/** The body is put in afterwards: an empty one serverless-http ends twice, the second time after the answer. */
function plainEvent({ method, ip }: HttpRequest) {
  const requestContext = { http: { method, sourceIp: ip } };
  return { version: '2.0', requestContext, rawPath: '/', rawQueryString: '', headers: {}, body: 'unread' };
}

function readWrapped({ headers, cookies, body }: Wrapped, { res }: Run): AppAnswer {
  const { 'set-cookie': only, ...others } = headers;
  const status = res ? statusSent(res) : 0;
  if (status < 200)
    throw new Error(`the app ended its answer with the status ${status}, which is none of an end`);
  return {
    status,
    headers: others,
    // A cookie that was set as text, not in a list, is left among the headers.
    cookies: only === undefined ? cookies : [only],
    body: Buffer.from(body, 'base64'),
  };
}

function prepare(req: IncomingMessage, run: Run): void {
  const { url, headers, secure, body } = run.request;
  Object.assign(req, {
    url,
    headers: joinHeaders(headers),
    rawHeaders: headers.flat(),
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    // The body is in the stream: this would be taken for a parsed one. The event is had by `lambdaRequest`.
    body: undefined,
    requestContext: undefined,
    apiGateway: undefined,
    [runOf]: run,
    _read(this: IncomingMessage) {
      if (body.length > 0) this.push(body);
      this.push(null);
    },
  });
  Object.assign(req.socket, connectionSettings, { encrypted: secure });
  setLambdaRequest(req, run.lambda);
}

/**
 * Has both ends of the exchange close once the answer has left, as Node's own server does: a body that nobody read
 * is read away, which closes the request; serverless-http emits the answer's `close`.
 */
function endExchange(req: IncomingMessage, res: ServerResponse): void {
  res.once('close', () => Object.assign(res, { destroyed: true, _closed: true }));
  res.once('finish', () => {
    if (!req.readableDidRead) req.resume();
  });
}

/** An answer that breaks off would be waited for until the time is up: nothing tells serverless-http of it. */
function rejectWhenCut(req: IncomingMessage, res: ServerResponse, reject: (error: Error) => void): void {
  const destroy = res.destroy.bind(res);
  let cause: unknown;
  res.destroy = (error) => {
    cause = error;
    req.socket.destroy();
    return destroy(error);
  };
  req.socket.once('close', () => {
    if (res.writableEnded) return;
    reject(new Error('the app cut the connection before its answer was whole', { cause }));
    res.emit('close');
  });
  // Without a listener an error after the answer, such as a late write, would end the process.
  res.on('error', reject);
}
