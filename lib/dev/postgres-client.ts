import { Client } from 'pg';

/**
 * Does `work` over one connection, which is closed afterwards.
 *
 * @throws what the driver throws, and where the server does not answer in `answersWithinMs`
 */
export async function withPostgres<Result>(
  url: string,
  answersWithinMs: number,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: answersWithinMs,
    query_timeout: answersWithinMs,
  });
  // A connection that is lost fails the work, or nothing.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
