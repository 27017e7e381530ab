import { atLeast, type Figure, median, plain } from '../figure.ts';
import type { Ground } from '../ground.ts';
import type { BenchInstance } from '../instance.ts';
import type { People, RequestKind } from '../instance-process.ts';
import { withNetwork } from '../network.ts';
import type { Setting } from '../setting.ts';

const rounds = 15;
const roundMs = 600;
/** Until what each of them runs is compiled, which takes some ten thousand requests. */
const warmUpMs = 12_000;
/** So many callers at once, each somebody else. */
const mostAtOnce = 32;

interface Runner {
  name: string;
  instance: BenchInstance;
  request: RequestKind;
}

/** An instance of a bundle with people signed in, ready to be measured. */
async function ready(
  ground: Ground,
  name: string,
  request: RequestKind,
  environment: NodeJS.ProcessEnv = {},
  howMany = 1,
): Promise<Runner & { people: People }> {
  const instance = await ground.start(name, environment);
  const emails = Array.from({ length: howMany }, (_, number) => `ada.${number}@example.com`);
  const { people } = await instance.do({ kind: 'prepare', emails }, 'prepared');
  return { name, instance, request, people };
}

export interface Throughput {
  /** Requests a second, in the middle of all rounds. */
  rate(name: string): number;
  /** How many times another's rate one has, in the middle of the rounds in which both were measured. */
  ratio(over: string, under: string): number;
}

/** Every runner at one concurrency: in interleaved rounds, so that all share the machine's moods. */
async function throughput(runners: readonly Runner[], concurrency: number): Promise<Throughput> {
  const samples = new Map(runners.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, instance, request } of runners) {
      const forMs = round < 0 ? warmUpMs : roundMs;
      const { requests, ms } = await instance.do({ kind: 'run', request, concurrency, forMs }, 'ran');
      if (round >= 0) samples.get(name)?.push((requests / ms) * 1000);
    }
  }
  const of = (name: string) => samples.get(name) ?? [];
  return {
    rate: (name) => median(of(name)),
    ratio: (over, under) => median(of(over).map((rate, round) => rate / (of(under)[round] ?? Number.NaN))),
  };
}

/** A signed-in `GET /auth/session` of each bundle, and the authorizer, one caller at a time and many at once. */
export async function measureSessions(
  ground: Ground,
  names: readonly string[],
  figuresOf: (measured: Throughput, at: string) => Figure[],
  concurrencies: readonly number[] = [1, mostAtOnce],
): Promise<Figure[]> {
  const runners: Runner[] = [];
  let people: People = [];
  const environment = ground.environment('auth');
  for (const name of names) {
    const runner = await ready(ground, name, 'session', name === 'auth' ? environment : {}, mostAtOnce);
    if (name === 'auth') people = runner.people;
    runners.push(runner);
  }
  const authorizer = await ground.start('authorizer', environment);
  await authorizer.do({ kind: 'use', people }, 'prepared');
  runners.push({ name: 'authorizer', instance: authorizer, request: 'authorizer' });

  const figures: Figure[] = [];
  for (const concurrency of concurrencies) {
    ground.log(`session at concurrency ${concurrency}: ${rounds} interleaved rounds`);
    figures.push(...figuresOf(await throughput(runners, concurrency), `, concurrency ${concurrency}`));
  }
  for (const { instance } of runners) await instance.end();
  return figures;
}

/** The same as shares of the floor and multiples of the peers. */
export function sessionFigures(setting: Setting): Promise<Figure[]> {
  const names = ['floor', 'least', 'auth', 'stock', 'tutorial', 'better-auth'];
  return measureSessions(setting, names, (measured, at) => [
    ...sharesOf(measured, at),
    plain(`express-session alone / floor${at}`, measured.ratio('least', 'floor'), 'x'),
  ]);
}

function sharesOf({ rate, ratio }: Throughput, at: string): Figure[] {
  return [
    plain(`floor${at}`, rate('floor'), 'requests/s'),
    atLeast(`session / floor${at}`, ratio('auth', 'floor'), 'x', 0.75),
    atLeast(`session / stock${at}`, ratio('auth', 'stock'), 'x', 1.3),
    plain(`session / tutorial${at}`, ratio('auth', 'tutorial'), 'x'),
    atLeast(`session / better-auth${at}`, ratio('auth', 'better-auth'), 'x', 1.5),
    atLeast(`authorizer / floor${at}`, ratio('authorizer', 'floor'), 'x', 0.9),
  ];
}

/** The same with a network between instance and database, as each function on Lambda has it, one caller at a time. */
export function networkFigures(setting: Setting): Promise<Figure[]> {
  const names = ['floor', 'auth', 'stock', 'tutorial', 'better-auth'];
  return withNetwork(setting, (ground, away) =>
    measureSessions(ground, names, (measured, at) => sharesOf(measured, `${at}, ${away}`), [1]),
  );
}

/** Sign-in without the hash, as multiples of the peers', and how much of a whole sign-in is not bcrypt. */
export async function signInFigures(setting: Setting): Promise<Figure[]> {
  const names = ['no-hash', 'stock', 'better-auth'];
  const runners: Runner[] = [];
  for (const name of names) runners.push(await ready(setting, name, 'sign-in'));
  setting.log(`sign-in without the hash: ${rounds} interleaved rounds`);
  const { rate, ratio } = await throughput(runners, 1);

  // At the default cost, of whole sign-ins one after the other.
  const { instance: whole } = await ready(setting, 'auth', 'sign-in', { BCRYPT_COST: '12' });
  const { ms } = await whole.do({ kind: 'times', request: 'sign-in', count: 7 }, 'timed');
  for (const { instance } of runners) await instance.end();
  await whole.end();
  return [
    plain('sign-in without the hash / stock', ratio('no-hash', 'stock'), 'x'),
    plain('sign-in without the hash / better-auth', ratio('no-hash', 'better-auth'), 'x'),
    atMostPercent('sign-in that is not bcrypt', 1000 / rate('no-hash') / median(ms)),
  ];
}

function atMostPercent(name: string, share: number): Figure {
  const value = Number((share * 100).toPrecision(3));
  return { name, value, unit: '%', goal: 10, met: value < 10 };
}
