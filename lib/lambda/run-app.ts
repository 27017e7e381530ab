import type { IncomingMessage, ServerResponse } from 'node:http';
import serverlessHttp from 'serverless-http';
import type { AppAnswer } from './format-result.ts';
import { type LambdaRequest, setLambdaRequest } from './lambda-request.ts';
import type { HttpRequest } from './read-event.ts';
import { joinHeaders } from './read-headers.ts';
import { tidyResponse } from './tidy-response.ts';

/** An Express application, or any other function that answers a request. */
export type App = (req: IncomingMessage, res: ServerResponse) => unknown;

/** What serverless-http makes of an answer to an event of payload 2.0. */
type Wrapped = { headers: Record<string, string>; cookies: string[]; body: string };

/**
 * Runs an app on a request that came in an event.
 * serverless-http gives it Node's request and response. It is handed one plain event whatever the source, never
 * the real one, which it would change; what it gets wrong in the request is put right before the app runs.
 * @throws Error what the app threw past its own error handling, or that it gave up in the middle of its answer.
 */
export function runApp(app: App, request: HttpRequest, lambda: LambdaRequest): Promise<AppAnswer> {
  return new Promise((resolve, reject) => {
    let head = { status: 0 };
    async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
      head = tidyResponse(res);
      rejectWhenCut(req, res, reject);
      await app(req, res);
    }
    const run = serverlessHttp(
      (req: IncomingMessage, res: ServerResponse) => answer(req, res).catch(reject),
      {
        // Off: it would adopt a client's id.
        requestId: '',
        // Every body leaves as base64, so that its bytes are known here.
        binary: true,
        request: (req: IncomingMessage) => prepare(req, request, lambda),
      },
    );
    run(plainEvent(request), {})
      .then((result) => resolve(readWrapped(result as Wrapped, head.status)))
      .catch(reject);
  });
}

function plainEvent({ method, ip, body }: HttpRequest) {
  const requestContext = { http: { method, sourceIp: ip } };
  return { version: '2.0', requestContext, rawPath: '/', rawQueryString: '', headers: {}, body };
}

function readWrapped({ headers, cookies, body }: Wrapped, status: number): AppAnswer {
  const { 'set-cookie': only, ...others } = headers;
  return {
    status,
    headers: others,
    // A cookie that was set as text, not in a list, is left among the headers.
    cookies: only === undefined ? cookies : [only],
    body: Buffer.from(body, 'base64'),
  };
}

function prepare(req: IncomingMessage, request: HttpRequest, lambda: LambdaRequest): void {
  const { url, headers, secure } = request;
  Object.assign(req, { url, headers: joinHeaders(headers), rawHeaders: headers.flat() });
  Object.assign(req, { httpVersionMajor: 1, httpVersionMinor: 1 });
  Object.assign(req.socket, { encrypted: secure });
  // The body is in the stream: this would be taken for a parsed one. The event is had by `lambdaRequest`.
  for (const extra of ['body', 'requestContext', 'apiGateway']) Reflect.deleteProperty(req, extra);
  setLambdaRequest(req, lambda);
}

/** An answer that breaks off would be waited for until the time is up: nothing tells serverless-http of it. */
function rejectWhenCut(req: IncomingMessage, res: ServerResponse, reject: (error: Error) => void): void {
  const destroy = res.destroy.bind(res);
  res.destroy = (error) => {
    req.socket.destroy();
    return destroy(error);
  };
  req.socket.once('close', () => {
    if (!res.writableEnded) reject(new Error('the app cut the connection before its answer was whole'));
  });
  // Without a listener an error after the answer, such as a late write, would end the process.
  res.on('error', reject);
}
