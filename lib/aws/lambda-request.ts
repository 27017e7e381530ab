import type { IncomingMessage } from 'node:http';
import type { Context } from 'aws-lambda';

/** What a request has of its invocation. */
export type LambdaRequest = {
  /** API Gateway's or, from a load balancer, Lambda's own id of this request; never one that a client sent. */
  requestId: string | undefined;
  /** The address that API Gateway or the load balancer saw; never one that a client claims. Behind a CDN it is the CDN's: see `req.ip`. */
  ip: string | undefined;
  /** The event as it came. */
  event: unknown;
  context: Context | undefined;
};

const lambda = Symbol('lambda');

/** Gives what a request has of its invocation; of a request that came over a socket, only its address. */
export function lambdaRequest(req: IncomingMessage): LambdaRequest {
  const known: LambdaRequest | undefined = Reflect.get(req, lambda);
  return (
    known ?? { requestId: undefined, ip: req.socket?.remoteAddress, event: undefined, context: undefined }
  );
}

/** Ties a request to its invocation. */
export function setLambdaRequest(req: IncomingMessage, request: LambdaRequest): void {
  Reflect.set(req, lambda, request);
}
