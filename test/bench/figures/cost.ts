import { type Figure, median, plain } from '../figure.ts';
import type { RequestKind } from '../instance-process.ts';
import type { Setting } from '../setting.ts';

/**
 * USD in us-east-1, without the free tier; https://aws.amazon.com/lambda/pricing, …/api-gateway/pricing and
 * …/cloudwatch/pricing, as they stood in November 2026. Put yours in their place.
 */
const prices = {
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  httpApiRequest: 1 / 1e6,
  logGb: 0.5,
};

/** A log line of ours with what Lambda adds to it, in bytes. */
const logBytes = 900;

/** Memory with which Lambda gives one whole core, in MB. */
const wholeCoreMb = 1769;

/** What a request waits for its database in the same region, beside what is measured here, in milliseconds. */
const networkMs = 2;

interface Kind {
  what: string;
  bundle: string;
  request: RequestKind;
  memoryMb: number;
  count: number;
  /** An authorizer is asked by a request that is paid for elsewhere. */
  isOwnRequest: boolean;
}

const kinds: Kind[] = [
  {
    what: 'GET /auth/session',
    bundle: 'auth',
    request: 'session',
    memoryMb: 1024,
    count: 500,
    isOwnRequest: true,
  },
  {
    what: 'the authorizer',
    bundle: 'authorizer',
    request: 'authorizer',
    memoryMb: 512,
    count: 500,
    isOwnRequest: false,
  },
  {
    what: 'sign-ins, BCRYPT_COST 12',
    bundle: 'auth',
    request: 'sign-in',
    memoryMb: 1024,
    count: 12,
    isOwnRequest: true,
  },
];

/** What a million of each costs on AWS, of durations measured here on one whole core. */
export async function costFigures(setting: Setting): Promise<Figure[]> {
  const figures: Figure[] = [];
  const environment = { ...setting.environment('cost'), BCRYPT_COST: '12' };
  for (const kind of kinds) {
    const ms = await billedMs(setting, kind, environment);
    setting.log(`cost: ${kind.what}, ${ms} ms billed at ${kind.memoryMb} MB`);
    figures.push(
      plain(`${kind.what}: billed at ${kind.memoryMb} MB`, ms, 'ms'),
      plain(`a million: ${kind.what}`, 1e6 * costOf(kind, ms), 'USD'),
    );
  }
  return figures;
}

async function billedMs(
  setting: Setting,
  { what, bundle, request, memoryMb, count }: Kind,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const emails = [`${what.replace(/\W/g, '')}@example.com`];
  const auth = await setting.start('auth', environment);
  const { people } = await auth.do({ kind: 'prepare', emails }, 'prepared');
  const instance = bundle === 'auth' ? auth : await setting.start(bundle, environment);
  try {
    if (instance !== auth) await instance.do({ kind: 'use', people }, 'prepared');
    await instance.do({ kind: 'times', request, count: Math.ceil(count / 5) }, 'timed');
    const { ms } = await instance.do({ kind: 'times', request, count }, 'timed');
    // Lambda bills whole milliseconds.
    return Math.ceil(median(ms) * Math.max(1, wholeCoreMb / memoryMb) + networkMs);
  } finally {
    await Promise.all([instance.end(), auth.end()]);
  }
}

function costOf({ memoryMb, isOwnRequest }: Kind, ms: number): number {
  const compute = (memoryMb / 1024) * (ms / 1000) * prices.lambdaGbSecond;
  const log = (logBytes / 1e9) * prices.logGb;
  return compute + prices.lambdaRequest + log + (isOwnRequest ? prices.httpApiRequest : 0);
}
