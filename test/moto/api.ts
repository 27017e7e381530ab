import { execFile, fork } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { eventSource } from '../support/events.ts';
import type { Account } from './account.ts';

const invoke = fileURLToPath(new URL('invoke.mjs', import.meta.url));
const source = eventSource('HTTP API, payload 2.0');

interface ApiOptions {
  account: Account;
  stack: string;
  /** Of the virtual environment: it unpacks zips. */
  python: string;
  /** Where functions are unpacked. */
  folder: string;
}

/**
 * Stands for API Gateway, which moto has no more of than the settings: finds the route in what is deployed, and runs the
 * deployed code with the deployed environment, each request in a new process. Authorizers are not asked.
 */
export async function startApi(options: ApiOptions): Promise<{ url: string; stop(): void }> {
  const server = createServer(async (req, res) => {
    try {
      const { status, headers, body } = await answer(options, req);
      res.setHeaders(headers).writeHead(status).end(body);
    } catch (error) {
      console.error(error);
      res.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => void server.close() };
}

async function answer(options: ApiOptions, req: IncomingMessage) {
  const method = req.method ?? 'GET';
  const [path = '/'] = (req.url ?? '/').split('?');
  const body = await text(req);
  const type = req.headers['content-type'];
  const headers = type ? { 'content-type': type } : {};
  const event = source.event({ method, path, headers, ...(body === '' ? {} : { body }) });
  return source.response(await run(options, await functionOf(options, method, path), event));
}

/** The function behind a route, with its alias behind a colon where it names one, as API Gateway chooses: the whole path first, then the longest that begins it. */
async function functionOf({ account, stack }: ApiOptions, method: string, path: string): Promise<string> {
  const api = (await account.resources(stack)).get('HttpApi')?.id;
  const [routes, integrations] = await Promise.all([
    account.ofApi<{ routeKey: string; target: string }>(api, 'routes'),
    account.ofApi<{ integrationId: string; integrationUri: string }>(api, 'integrations'),
  ]);
  const first = `/${path.split('/')[1]}`;
  const keys = [path, `${first}/{proxy+}`].flatMap((each) => [`${method} ${each}`, `ANY ${each}`]);
  const route = [...keys, '$default'].flatMap(
    (key) => routes.find(({ routeKey }) => routeKey === key) ?? [],
  )[0];
  const integration = integrations.find(
    ({ integrationId }) => route?.target === `integrations/${integrationId}`,
  );
  return integration?.integrationUri.split(':function:').at(-1) ?? '';
}

async function run({ account, stack, python, folder }: ApiOptions, FunctionName: string, event: unknown) {
  const { Code, Configuration } = await account.lambda.send(new GetFunctionCommand({ FunctionName }));
  const bucket = (await account.resources(stack)).get('ServerlessDeploymentBucket')?.id;
  const zip = await account.ask('s3', `/${bucket}${new URL(Code?.Location ?? '').pathname}`);
  const unpacked = await mkdtemp(join(folder, 'function-'));
  await writeFile(join(unpacked, 'code.zip'), Buffer.from(await zip.arrayBuffer()));
  await promisify(execFile)(python, ['-m', 'zipfile', '-e', join(unpacked, 'code.zip'), unpacked]);
  const [file = ''] = (Configuration?.Handler ?? '').split('.');
  const child = fork(invoke, [pathToFileURL(join(unpacked, `${file}.mjs`)).href], {
    execArgv: [],
    env: {
      ...account.environment,
      AWS_LAMBDA_FUNCTION_NAME: Configuration?.FunctionName,
      AWS_LAMBDA_FUNCTION_VERSION: Configuration?.Version,
      ...Configuration?.Environment?.Variables,
    },
    stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
  });
  child.stdin?.end(JSON.stringify(event));
  return await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${FunctionName} ended with ${code} and no result`)));
  });
}
