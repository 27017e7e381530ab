import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';

/**
 * Stands where AWS would while the tests of a group run: takes what the real SDK sends.
 *
 * @param answer answers a request, or leaves it without an answer.
 */
export function standForAws(answer: (req: IncomingMessage, body: string, res: ServerResponse) => void): void {
  let server: Server;
  const before = { ...process.env };

  beforeAll(async () => {
    server = createServer(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      answer(req, body, res);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'an example of a secret key',
    });
  });
  afterAll(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    server.closeAllConnections();
    server.close();
  });
}
