import { MongoClient } from 'mongodb';

/** Options by which a connection string would weaken what a write or a read promises; ours are set in code. */
const concerns = new Set([
  ...['w', 'wtimeout', 'wtimeoutms', 'journal', 'j', 'fsync', 'safe'],
  ...['readconcern', 'readconcernlevel', 'readpreference', 'readpreferencetags', 'maxstalenessseconds'],
  ...['slaveok', 'retryreads', 'retrywrites'],
]);

/** What holds whatever the connection string says. */
export const ourConcerns = {
  /** What was answered outlives the server that answered it: a failover brings no session back that has ended. */
  writeConcern: { w: 'majority' },
  /** On a secondary a session that ended may be alive still. */
  readPreference: 'primary',
} as const;

/** A connection string without what it says of write concern, read concern, read preference and repeated commands. */
export function withoutConcerns(uri: string): string {
  const at = uri.indexOf('?');
  if (at < 0) return uri;
  const kept = uri
    .slice(at + 1)
    .split('&')
    .filter((option) => !concerns.has(nameOf(option)));
  return kept.length === 0 ? uri.slice(0, at) : `${uri.slice(0, at)}?${kept.join('&')}`;
}

/** Options are named in any case (Connection String specification). */
function nameOf(option: string): string {
  const [name = ''] = option.split('=', 1);
  return decoded(name).toLowerCase();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether the driver takes a connection string. */
export function isConnectionString(uri: string): boolean {
  try {
    new MongoClient(withoutConcerns(uri));
    return true;
  } catch {
    return false;
  }
}
