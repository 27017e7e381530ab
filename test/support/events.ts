import {
  albMultiReader,
  albReader,
  payload1Reader,
  payload2Reader,
  type ResultReader,
  readAnswer,
  type TestAnswer,
} from './events/answer.ts';
import { albEvent, albMultiEvent } from './events/load-balancer.ts';
import { httpApi1Event, restBasePathEvent, restEvent } from './events/payload-1.ts';
import { functionUrlEvent, httpApi2Event, httpApi2StageEvent } from './events/payload-2.ts';
import { onTheWire, type TestRequest, type WireRequest } from './events/request.ts';

export type { TestAnswer } from './events/answer.ts';
export { type ClientOptions, createClient, type RequestOptions, type TestClient } from './events/client.ts';
export { CookieJar } from './events/cookie-jar.ts';
export type { TestRequest } from './events/request.ts';
export { testContext } from './events/test-context.ts';

/** One way in which HTTP requests reach a function. */
export type TestEventSource = {
  name: string;
  /** Makes the event of a request as this source does. */
  event: (request: TestRequest) => unknown;
  /** Reads the function's result as this source does; throws where it would answer 502. */
  response: (result: unknown) => TestAnswer;
};

/**
 * Every source: the same request must get the same answer from all.
 * The events in ./events/*.json are AWS's documented ones, emptied of what a request fills in. Sources: API
 * Gateway developer guide ("Lambda proxy integrations", "AWS Lambda proxy integrations for HTTP APIs"), Lambda
 * developer guide ("Invoking Lambda function URLs"), user guide of Application Load Balancers ("Lambda
 * functions as targets").
 */
const allSources: readonly TestEventSource[] = [
  source('REST API', restEvent, payload1Reader),
  source('REST API under a base path', restBasePathEvent, payload1Reader),
  source('HTTP API, payload 1.0', httpApi1Event, payload1Reader),
  source('HTTP API, payload 2.0', httpApi2Event, payload2Reader),
  source('HTTP API, payload 2.0, named stage', httpApi2StageEvent, payload2Reader),
  source('function URL', functionUrlEvent, payload2Reader),
  source('load balancer, multi-value headers', albMultiEvent, albMultiReader),
  source('load balancer', albEvent, albReader),
];

/**
 * For `describe.each(eventSources)`: all, or two of them where another store than MongoDB runs, which knows nothing of
 * where a request came from.
 */
export const eventSources: readonly TestEventSource[] =
  (process.env.STORE ?? 'mongodb') === 'mongodb'
    ? allSources
    : allSources.filter(({ name }) => ['REST API', 'HTTP API, payload 2.0'].includes(name));

/** Gives one source by its name, for a test that needs a single one. */
export function eventSource(name: string): TestEventSource {
  const found = allSources.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no event source is called "${name}"`);
  return found;
}

function source(name: string, event: (wire: WireRequest) => unknown, reader: ResultReader): TestEventSource {
  return {
    name,
    // A copy, since whoever gets it may change it, and it shares parts with the fixture.
    event: (request) => structuredClone(event(onTheWire(request))),
    response: (result) => readAnswer(reader, result),
  };
}
