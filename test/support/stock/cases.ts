import type { CookieOptions } from 'express-session';
import { afterAll, afterEach, test } from 'vitest';
import { type ColdStart, coldStart } from '../cold-start.ts';
import type { TestHandler } from '../events/client.ts';
import type { Gate } from '../gates.ts';
import { stockApp } from './app.ts';
import { type StockStack, stockStacks, type Way } from './stack.ts';
import { openStockStore, type StockStore, type StoreOptions, type Where } from './store.ts';

export interface StartOptions extends StoreOptions {
  gate?: Gate;
  /** The cookie of the store's README unless given. */
  cookie?: CookieOptions;
  /** Where it reaches its database: directly unless given. */
  where?: Where;
}

/** An instance of an app on stock express-session. */
export interface StockInstance extends StockStore {
  handler: TestHandler;
}

/** A stock store in one case; what is started here ends with it. */
export interface StockCase extends StockStack {
  /** Resolves once its store has done what it does as it starts. */
  start(options?: StartOptions): Promise<StockInstance>;
  /** The same without waiting, as a function does. */
  begin(options?: StartOptions): StockInstance;
  /** A process of its own, which ends where nobody handles a rejection unless it is to survive. */
  coldStart(options?: { where?: Where; survive?: boolean }): ColdStart;
}

export type Run = (stock: StockCase) => Promise<void>;

/** Registers a case as one test a store; where a store's server is not here, its test is skipped and says why. */
export interface StockCases {
  /** On every stock store. */
  onStock(title: string, run: Run): void;
  onConnectMongo(title: string, run: Run): void;
  /** On connect-session-knex, on each of its databases. */
  onConnectKnex(title: string, run: Run): void;
  /** Done after the test, before its instances end. */
  afterStock(cleanUp: () => Promise<unknown>): void;
}

/** The cases of a test file that run on the stock stores, beside the same on ours. */
export function stockCases(about: string): StockCases {
  const stacks = stockStacks(about);
  const cleanUps: (() => Promise<unknown>)[] = [];
  const afterStock = (cleanUp: () => Promise<unknown>) => void cleanUps.unshift(cleanUp);

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  });
  afterAll(() => Promise.all(stacks.map((stack) => stack.drop())));

  function caseOn(stack: StockStack): StockCase {
    const begin = ({ gate, cookie, where = stack.where(), ...options }: StartOptions = {}) => {
      const store = openStockStore(stack.name, where, options);
      afterStock(store.end);
      return { ...store, handler: stockApp(store.store, cookie ?? store.cookie, gate) };
    };
    return {
      ...stack,
      begin,
      start: async (options) => {
        const instance = begin(options);
        await instance.ready();
        return instance;
      },
      way: async () => {
        const way: Way = await stack.way();
        afterStock(way.close);
        return way;
      },
      refuseSecond: async () => {
        const end = await stack.refuseSecond();
        afterStock(end);
        return end;
      },
      coldStart: ({ where = stack.where(), survive = false } = {}) => {
        const child = coldStart(stack.name, where, { survive });
        afterStock(async () => child.stop());
        return child;
      },
    };
  }

  const register = (belongs: (stack: StockStack) => boolean) => (title: string, run: Run) => {
    for (const stack of stacks.filter(belongs)) {
      test(`stock, ${stack.name}: ${title}`, async ({ skip }) => {
        const missing = await stack.prepare();
        if (missing) skip(missing.whyNot);
        await run(caseOn(stack));
      });
    }
  };
  return {
    onStock: register(() => true),
    onConnectMongo: register(({ name }) => name === 'connect-mongo'),
    onConnectKnex: register(({ name }) => name !== 'connect-mongo'),
    afterStock,
  };
}
