import { setTimeout as delay } from 'node:timers/promises';
import { errorFields, type Log } from '../../base/log.ts';
import { ConfigError } from '../../base/read-settings.ts';
import { within } from '../../base/within.ts';
import type { Connections } from '../../store/connections.ts';
import { createCallAws } from './call-aws.ts';
import { readSecrets, SecretsError } from './read-secrets.ts';
import { secretReferences } from './references.ts';

type Handler<Event extends unknown[], Answer> = (...event: Event) => Promise<Answer>;

/** Makes a function of an environment in which every secret stands itself. */
export type Make<H> = (environment: NodeJS.ProcessEnv, given: { connections: Connections }) => H;

/** Imports the module of a function. */
export type Load<H> = () => Promise<{ make: Make<H> }>;

export interface WithSecretsOptions<Event extends unknown[], Answer> {
  environment: NodeJS.ProcessEnv;
  load: Load<Handler<Event, Answer>>;
  /** Answers for the function while there is no secret to make it with; without it the invocation is rejected. */
  unanswered?: (cause: unknown) => Promise<Handler<Event, Answer>>;
  log: Pick<Log, 'info' | 'error'>;
  /** Milliseconds, monotonic. */
  clock?: () => number;
  /** In place of {@link readWithinMs}. */
  withinMs?: number | undefined;
}

/** Secrets are read anew after an hour. */
const keptMs = 60 * 60 * 1000;

/** After a refusal, or a try that failed, no sooner than this. */
const againMs = 5000;

/** After an outage of the database no sooner than this: it may have been restored elsewhere, or be merely slow. */
const missedAgainMs = 60 * 1000;

/** An invocation waits no longer for them, in milliseconds; two tries of a call fit in. */
const readWithinMs = 3000;

/** Of that, what is left when both tries of a call were late. */
const leftMs = 100;

/** Before its module is imported a function waits no longer for its question to be on the way, in milliseconds. */
const askWithinMs = 100;

interface Made<Event extends unknown[], Answer> {
  handler: Handler<Event, Answer>;
  secrets: string;
  close(): Promise<unknown>;
}

/**
 * Reads the secrets that an environment names (see `secretReferences`), and makes the function with them: at the cold
 * start, again after an hour, when the database refuses the credentials, and a minute after it was out of reach: it may have been restored
 * elsewhere. Where they have changed by then the function is made anew, so that a rotation needs no deployment; where they
 * cannot be read the last ones go on.
 *
 * At the cold start they are asked for before the function's module is imported. That is one piece of work, longer than an
 * answer takes to come, and nobody hears of one meanwhile: no limit of time runs before its end.
 *
 * @throws {ConfigError} what `make` throws at the cold start.
 */
export async function withSecrets<Event extends unknown[], Answer>(
  options: WithSecretsOptions<Event, Answer>,
): Promise<Handler<Event, Answer>> {
  const { environment, load, log, clock = () => performance.now(), withinMs = readWithinMs } = options;
  const references = secretReferences(environment);
  let make: Make<Handler<Event, Answer>> | undefined;
  let made: Made<Event, Answer> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let isRefused = false;
  let isMissed = false;
  let failure: unknown;
  let hasStarted = false;

  /** Imports the module, once. */
  async function loaded(): Promise<Make<Handler<Event, Answer>>> {
    make ??= (await load()).make;
    return make;
  }

  async function makeWith(values: Record<string, string>): Promise<Made<Event, Answer>> {
    const closes: (() => Promise<void>)[] = [];
    const connections: Connections = {
      opened: (close) => closes.push(close),
      refused: () => {
        isRefused = true;
      },
      missed: () => {
        isMissed = true;
      },
    };
    const makeFunction = await loaded();
    const handler = makeFunction({ ...environment, ...values }, { connections });
    return {
      handler,
      secrets: JSON.stringify(values),
      close: () => Promise.allSettled(closes.map((close) => close())),
    };
  }

  async function read(): Promise<void> {
    const startedAt = clock();
    readAt = startedAt;
    isRefused = false;
    isMissed = false;
    const questions: Promise<void>[] = [];
    let startLimits = () => {};
    const callAws = createCallAws(environment, {
      tryMs: withinMs / 2 - leftMs,
      limitedFrom: new Promise<void>((resolve) => (startLimits = resolve)),
      asked: (onItsWay) => questions.push(onItsWay),
    });
    const reading = readSecrets(references, callAws);
    // It is looked at below, and may have failed before.
    reading.catch(() => undefined);
    if (!make) await Promise.race([Promise.all(questions), delay(askWithinMs)]);
    const importedFrom = clock();
    await loaded();
    const importMs = clock() - importedFrom;
    startLimits();
    const late = () => new SecretsError(new Map(references.map(({ variable }) => [variable, 'not in time'])));
    const values = await within(withinMs, reading, late);
    const hasChanged = made !== undefined && made.secrets !== JSON.stringify(values);
    if (made && !hasChanged) return;
    const old = made;
    made = await makeWith(values);
    log.info(hasChanged ? 'secrets have changed' : 'secrets read', {
      variables: Object.keys(values),
      ms: Math.round(clock() - startedAt - importMs),
    });
    // Nothing is under way on them: an instance does one invocation at a time.
    void old?.close();
  }

  /** How old they must be to be read anew, in milliseconds. */
  function dueAfterMs(): number {
    if (made === undefined || failure !== undefined || isRefused) return againMs;
    return isMissed ? missedAgainMs : keptMs;
  }

  async function readIfDue(): Promise<void> {
    const age = clock() - readAt;
    if (age < dueAfterMs()) return;
    try {
      await read();
      failure = undefined;
    } catch (error) {
      // Values that make no function: the last ones go on, and where there are none the start stops.
      if (!(error instanceof SecretsError) && !(hasStarted && error instanceof ConfigError)) throw error;
      failure = error;
      log.error(error.message, errorFields(error.cause ?? error));
    }
  }

  if (references.length === 0) return (await makeWith({})).handler;
  await readIfDue();
  hasStarted = true;
  return async function handler(...event) {
    await readIfDue();
    if (made) return made.handler(...event);
    if (options.unanswered) return (await options.unanswered(failure))(...event);
    throw failure;
  };
}
