import { proxied } from '../support/proxied.ts';
import type { TcpProxy } from '../support/proxy.ts';
import type { Ground } from './ground.ts';

/** Milliseconds by which a database that is a network away answers later. */
const networkMs = 1;

/** Measures on the same ground with a network between each instance and its database; `away` says so in a figure's name. */
export async function withNetwork<T>(
  ground: Ground,
  measure: (ground: Ground, away: string) => Promise<T>,
): Promise<T> {
  const proxies: TcpProxy[] = [];
  async function start(name: string, environment: NodeJS.ProcessEnv = {}) {
    const near = { ...ground.environment(name), ...environment };
    const variable = near.DATABASE_URL === undefined ? 'MONGODB_URI' : 'DATABASE_URL';
    const { proxy, database } = await proxied({ uri: near[variable] ?? '', name: '' });
    proxy.delay(networkMs);
    proxies.push(proxy);
    return ground.start(name, { ...near, [variable]: database.uri });
  }
  try {
    return await measure({ ...ground, start }, `database ${networkMs} ms away`);
  } finally {
    for (const proxy of proxies) await proxy.close();
  }
}
