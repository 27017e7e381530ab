import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface ParameterStore {
  /** The same environment, with these variables kept here. */
  keeping(environment: NodeJS.ProcessEnv, variables: readonly string[]): NodeJS.ProcessEnv;
  end(): void;
}

/** Stands for Parameter Store in the same region: it answers after so many milliseconds. */
export async function startParameterStore(milliseconds: number): Promise<ParameterStore> {
  const kept = new Map<string, string>();
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    const { Names } = JSON.parse(body) as { Names: string[] };
    await delay(milliseconds);
    res.end(JSON.stringify({ Parameters: Names.map((Name) => ({ Name, Value: kept.get(Name) })) }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));

  function keeping(environment: NodeJS.ProcessEnv, variables: readonly string[]) {
    for (const variable of variables) kept.set(`/bench/${variable}`, environment[variable] ?? '');
    const names = variables.map((variable) => [variable, `ssm:/bench/${variable}`]);
    return {
      ...environment,
      ...Object.fromEntries(names),
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'an example of a secret key',
    };
  }
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { keeping, end };
}
