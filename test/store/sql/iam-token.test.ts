import { Signer } from '@aws-sdk/rds-signer';
import { expect, test, vi } from 'vitest';
import { dialectOf } from '../../../lib/store/open-sql.ts';
import { createKnex } from '../../../lib/store/sql/client.ts';
import { iamToken } from '../../../lib/store/sql/iam-token.ts';
import { listening } from '../../support/refusing-server.ts';

const role = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'an example of a secret key',
  AWS_SESSION_TOKEN: 'a/session+token==',
};

const sorted = (token: string) => {
  const url = new URL(`https://${token}`);
  return [url.host, url.pathname, ...[...url.searchParams].map(String).sort()];
};

test.each([
  ['postgres', 'db.abc.eu-central-1.rds.amazonaws.com', 5432],
  ['mysql', 'db.cluster-abc.us-gov-west-1.rds.amazonaws.com', 3306],
])('a token for %s is the one that AWS’s own signer makes', async (scheme, hostname, port) => {
  const region = /\.([a-z-]+\d)\.rds/.exec(hostname)?.[1] ?? '';
  const signer = new Signer({
    hostname,
    port,
    username: 'ada_l',
    region,
    credentials: {
      accessKeyId: role.AWS_ACCESS_KEY_ID,
      secretAccessKey: role.AWS_SECRET_ACCESS_KEY,
      sessionToken: role.AWS_SESSION_TOKEN,
    },
  });
  const theirs = await signer.getAuthToken();
  const datetime = new URL(`https://${theirs}`).searchParams.get('X-Amz-Date') ?? '';

  const ours = iamToken(`${scheme}://ada_l@${hostname}/app?iam=true`, port, {
    environment: role,
    datetime,
  });

  expect(sorted(ours)).toEqual(sorted(theirs));
});

test('behind a name of one’s own the region is the function’s', async () => {
  const environment = { ...role, AWS_REGION: 'eu-north-1' };
  const token = iamToken('postgres://ada@db.example/app?iam=true', 5432, { environment });

  expect(token).toMatch(/^db\.example:5432\/\?/);
  expect(token).toContain('%2Feu-north-1%2Frds-db%2Faws4_request');
});

test('each connection to PostgreSQL signs in with a token of its own', async () => {
  for (const [name, value] of Object.entries(role)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_REGION', 'eu-north-1');
  const passwords: string[] = [];
  const server = await listening((socket) =>
    socket.on('data', (bytes) => {
      if (bytes[0] !== 0x70) return void socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      passwords.push(bytes.subarray(5, -1).toString());
      socket.destroy();
    }),
  );
  const url = `postgres://ada@127.0.0.1:${server.port}/app?iam=true&sslmode=disable`;
  const pool = createKnex(url, dialectOf('postgres'), 1);
  try {
    for (let tries = 0; tries < 2; tries += 1) await expect(pool.raw('select 1')).rejects.toThrow();
  } finally {
    await pool.destroy();
    server.close();
    vi.unstubAllEnvs();
  }

  expect(passwords.length).toBeGreaterThanOrEqual(2);
  for (const each of passwords)
    expect(each).toMatch(new RegExp(`^127\\.0\\.0\\.1:${server.port}/\\?.*X-Amz-Signature=[0-9a-f]{64}`));
});

test('without TLS no token leaves unless that is asked for', () => {
  expect(dialectOf('mysql').connectionOf('mysql://ada@db.example/app?iam=true')).toMatchObject({
    ssl: { rejectUnauthorized: true },
    enableCleartextPlugin: true,
  });
  expect(dialectOf('mysql').connectionOf('mysql://ada:x@db.example/app')).not.toHaveProperty(
    'enableCleartextPlugin',
  );
});
