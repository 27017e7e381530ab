import { MongoClient } from 'mongodb';
import { startProxy, type Target, type TcpProxy } from './proxy.ts';

/** A database behind a proxy: what an instance is given in place of the real one. */
export interface ProxiedDatabase<P = TcpProxy> {
  proxy: P;
  database: { uri: string; name: string };
  /** False with TLS, where the proxy sees no commands and can answer none. */
  readable: boolean;
}

/**
 * Puts a proxy between an instance and a database's server (its primary); what the URI says of credentials,
 * TLS and the like is kept. Close the proxy after.
 */
export function proxied(database: { uri: string; name: string }): Promise<ProxiedDatabase> {
  return proxiedBy(startProxy, database);
}

/** The same by a proxy of another kind. */
export async function proxiedBy<P extends { readonly port: number }>(
  start: (target: Target) => Promise<P>,
  database: { uri: string; name: string },
): Promise<ProxiedDatabase<P>> {
  return database.uri.startsWith('mongodb') ? proxiedMongo(start, database) : proxiedSql(start, database);
}

/** Of SQL no proxy reads what passes. */
async function proxiedSql<P extends { readonly port: number }>(
  start: (target: Target) => Promise<P>,
  { uri, name }: { uri: string; name: string },
): Promise<ProxiedDatabase<P>> {
  const url = new URL(uri);
  if (url.protocol === 'sqlite:') throw new Error('there is no network before a file');
  const proxy = await start({ host: url.hostname, port: Number(url.port) });
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  return { proxy, database: { uri: url.href, name }, readable: false };
}

async function proxiedMongo<P extends { readonly port: number }>(
  start: (target: Target) => Promise<P>,
  { uri, name }: { uri: string; name: string },
): Promise<ProxiedDatabase<P>> {
  const { target, tls, authSource } = await locate(uri);
  const proxy = await start(target);
  const [, credentials = '', query = ''] = /^[^:]+:\/\/([^@/]*@)?[^?]*\??(.*)$/.exec(uri) ?? [];
  const parameters = new URLSearchParams(query);
  // The proxy is one server whatever it stands before, reads what passes, and no certificate is made out to it.
  for (const key of [...parameters.keys()])
    if (
      /^(replicaSet|loadBalanced|directConnection|srv.*|tls|ssl|tlsAllowInvalidHostnames|compressors)$/i.test(
        key,
      )
    )
      parameters.delete(key);
  parameters.set('directConnection', 'true');
  if (authSource) parameters.set('authSource', authSource);
  if (tls) parameters.set('tls', 'true');
  if (tls && !parameters.has('tlsInsecure')) parameters.set('tlsAllowInvalidHostnames', 'true');
  const behind = `mongodb://${credentials}127.0.0.1:${proxy.port}/?${parameters}`;
  return { proxy, database: { uri: behind, name }, readable: !tls };
}

/** Where writes go: the primary of a replica set, or the only server. */
async function locate(
  uri: string,
): Promise<{ target: Target; tls: boolean; authSource: string | undefined }> {
  const client = new MongoClient(uri);
  try {
    const hello = await client.db('admin').command({ isMaster: 1 });
    const { hosts, tls, credentials } = client.options;
    const [, host = '127.0.0.1', port = '27017'] =
      /^\[?(.*?)\]?(?::(\d+))?$/.exec(String(hello.primary ?? hosts[0])) ?? [];
    return { target: { host, port: Number(port) }, tls, authSource: credentials?.source };
  } finally {
    await client.close();
  }
}
