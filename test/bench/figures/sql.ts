import { setTimeout as wait } from 'node:timers/promises';
import { proxiedBy } from '../../support/proxied.ts';
import { atLeast, atMost, type Figure, plain } from '../figure.ts';
import type { BenchInstance } from '../instance.ts';
import type { RequestKind } from '../instance-process.ts';
import { withNetwork } from '../network.ts';
import { startCountingPostgresProxy } from '../postgres-statements.ts';
import type { Setting } from '../setting.ts';
import type { SqlGround } from '../sql-ground.ts';
import type { SqlKind } from '../sql-server.ts';
import type { Statements } from '../statements.ts';
import { measureSessions, type Throughput } from './throughput.ts';

const titles: Readonly<Record<SqlKind, string>> = { postgres: 'PostgreSQL', sqlite: 'SQLite' };
const names = ['floor-sql', 'auth', 'stock-knex', 'better-auth-sql'];
const requests = 20;

/** What a signed-in request asks of a database of SQL, and how many are answered a second beside the peers. */
export function sqlFigures(kind: SqlKind): (setting: Setting) => Promise<Figure[]> {
  return (setting) =>
    setting.onSql(kind, async (ground) => [...(await counts(ground)), ...(await rates(ground))]);
}

/** The same with PostgreSQL a network away, as each function on Lambda has it, one caller at a time. */
export function postgresNetworkFigures(setting: Setting): Promise<Figure[]> {
  return setting.onSql('postgres', (near) =>
    withNetwork(near, (ground, away) =>
      measureSessions(ground, names, ratesOf(`${titles.postgres}, ${away}`), [1]),
    ),
  );
}

function rates(ground: SqlGround): Promise<Figure[]> {
  return measureSessions(ground, names, ratesOf(titles[ground.kind]));
}

function ratesOf(store: string) {
  return ({ rate, ratio }: Throughput, where: string): Figure[] => {
    const at = `${where}, ${store}`;
    return [
      plain(`floor${at}`, rate('floor-sql'), 'requests/s'),
      atLeast(`session / floor${at}`, ratio('auth', 'floor-sql'), 'x', 0.75),
      atLeast(`session / stock${at}`, ratio('auth', 'stock-knex'), 'x', 1.3),
      plain(`session / better-auth${at}`, ratio('auth', 'better-auth-sql'), 'x'),
      plain(`authorizer / floor${at}`, ratio('authorizer', 'floor-sql'), 'x'),
    ];
  };
}

/** Round trips and writes, counted: of PostgreSQL on the wire, of SQLite at its driver. */
async function counts(ground: SqlGround): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of names) {
    const environment = ground.environment(`counted ${name}`);
    const first = await ground.start(name, environment);
    const { people } = await first.do({ kind: 'prepare', emails: ['ada@example.com'] }, 'prepared');
    await first.end();
    const asked: [string, RequestKind][] = [[name, 'session']];
    if (name === 'auth') asked.push(['authorizer', 'authorizer']);
    for (const [bundle, request] of asked) {
      const counter = await startCounter(ground, bundle, environment);
      await counter.instance.do({ kind: 'use', people }, 'prepared');
      figures.push(...figuresOf(ground.kind, bundle, await count(counter, request)));
      await counter.end();
    }
  }
  return figures;
}

interface Counter {
  instance: BenchInstance;
  /** Counts since the last call. */
  take(): Promise<Statements>;
  end(): Promise<void>;
}

async function startCounter(
  ground: SqlGround,
  bundle: string,
  environment: NodeJS.ProcessEnv,
): Promise<Counter> {
  if (ground.kind === 'sqlite') {
    const instance = await ground.restart(bundle, { ...environment, BENCH_COUNTS_SQLITE: 'true' });
    const take = async () => (await instance.do({ kind: 'statements' }, 'statements')).statements;
    return { instance, take, end: instance.end };
  }
  const behind = { uri: environment.DATABASE_URL ?? '', name: '' };
  const { proxy, database } = await proxiedBy(startCountingPostgresProxy, behind);
  const instance = await ground.restart(bundle, { ...environment, DATABASE_URL: database.uri });
  const end = async () => {
    await instance.end();
    proxy.close();
  };
  return { instance, take: async () => proxy.take(), end };
}

async function count({ instance, take }: Counter, request: RequestKind) {
  const askedFor = async (times: number) => {
    await instance.do({ kind: 'times', request, count: times }, 'timed');
    await wait(200);
    return take();
  };
  const coldStart = await askedFor(1);
  const { roundTrips, writes } = await askedFor(requests);
  return { coldStart, each: { roundTrips: roundTrips / requests, writes: writes / requests } };
}

interface Counted {
  coldStart: Statements;
  each: Statements;
}

function figuresOf(kind: SqlKind, bundle: string, { coldStart, each }: Counted): Figure[] {
  const isOurs = bundle === 'auth' || bundle === 'authorizer';
  const counted = (name: string, value: number, unit: string, most: number) =>
    isOurs ? atMost(name, value, unit, most) : plain(name, value, unit);
  const whose = bundle === 'auth' ? 'session' : bundle.replace(/-(sql|knex)$/, '');
  const of = `${whose}, ${titles[kind]}`;
  return [
    counted(`round trips of a signed-in request, ${of}`, each.roundTrips, 'round trips', 1),
    counted(`writes of a signed-in request, ${of}`, each.writes, 'writes', 0),
    plain(`round trips of a cold start and its first request, ${of}`, coldStart.roundTrips, 'round trips'),
  ];
}
