import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { dialectOf } from '../../../lib/store/open-sql.ts';

/** What pg makes of what it is told to connect. */
const Parameters = createRequire(import.meta.url)('pg/lib/connection-parameters') as new (
  settings: unknown,
) => { ssl: unknown };

test.for(['prefer', 'require', 'verify-ca', 'verify-full'])(
  'PostgreSQL with sslmode=%s is reached by TLS, and its certificate verified',
  (mode) => {
    const { ssl } = new Parameters(
      dialectOf('postgres').connectionOf(`postgres://ada:secret@db.example.com/app?sslmode=${mode}`),
    );

    // What Node is not told otherwise it verifies.
    expect(ssl).toEqual({});
  },
);

test.for([
  'ssl=true',
  'ssl=1',
  'ssl={"rejectUnauthorized":false}',
  'sslmode=require',
  'ssl-mode=PREFERRED',
  'ssl-mode=REQUIRED',
  'ssl-mode=VERIFY_CA',
  'ssl-mode=VERIFY_IDENTITY',
  'ssl_mode=verify_identity',
  'sslaccept=strict',
  'tls=true',
])('MySQL with %s is reached by TLS, and its certificate verified', (parameter) => {
  const url = `mysql://ada:secret@db.example.com/app?${parameter}`;

  expect(dialectOf('mysql').connectionOf(url)).toMatchObject({ ssl: { rejectUnauthorized: true } });
});

test.for(['', '?ssl=false', '?ssl=0', '?ssl-mode=DISABLED', '?sslmode=disable'])(
  'MySQL with "%s" is reached in plain',
  (parameters) => {
    const url = `mysql://ada:secret@127.0.0.1/app${parameters}`;

    expect(dialectOf('mysql').connectionOf(url)).not.toHaveProperty('ssl');
  },
);
