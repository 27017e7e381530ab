import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How SES answers: it takes a mail, it fails, it refuses, or it breaks the connection off. */
export type SesMood = 'takes' | 'fails' | 'refuses' | 'breaks off';

/** Of each mood that answers by a refusal: its status, and AWS's name of it. */
const refusals: Partial<Record<SesMood, [status: number, errorType: string]>> = {
  fails: [500, 'InternalFailure'],
  refuses: [400, 'MessageRejected'],
};

export interface SentMail {
  readonly to: string;
  readonly text: string;
}

/** What functions ask of AWS, on this machine: Parameter Store, the queue before `mail`, and SES. */
export interface Aws {
  readonly port: number;
  /** Values of Parameter Store, by their names. */
  readonly parameters: Map<string, string>;
  /** Events about an address that Lambda was given, to invoke `mail` with later. */
  jobsOf(email: string): unknown[];
  readonly sent: SentMail[];
  mood: SesMood;
  stop(): Promise<void>;
}

export async function startAws(): Promise<Aws> {
  const parameters = new Map<string, string>();
  const jobs: unknown[] = [];
  const sent: SentMail[] = [];

  function mail(body: string, res: ServerResponse): void {
    if (aws.mood === 'breaks off') return void res.destroy();
    const refusal = refusals[aws.mood];
    if (refusal) return void answer(res, ...refusal);
    const { Destination, Content } = JSON.parse(body);
    sent.push({ to: Destination.ToAddresses[0], text: Content.Simple.Body.Text.Data });
    answer(res, 200);
  }

  function getParameters(body: string, res: ServerResponse): void {
    const names: string[] = JSON.parse(body).Names;
    const found = names.filter((name) => parameters.has(name));
    const Parameters = found.map((Name) => ({ Name, Value: parameters.get(Name) }));
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ Parameters }));
  }

  async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await text(req);
    if (req.url?.endsWith('-mail/invocations') && req.headers['x-amz-invocation-type'] === 'Event') {
      jobs.push(JSON.parse(body));
      res.writeHead(202).end();
    } else if (req.url === '/v2/email/outbound-emails') mail(body, res);
    else if (req.headers['x-amz-target'] === 'AmazonSSM.GetParameters') getParameters(body, res);
    else answer(res, 404, 'ResourceNotFoundException');
  }

  const server = createServer((req, res) => {
    take(req, res).catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const aws: Aws = {
    port: (server.address() as AddressInfo).port,
    parameters,
    jobsOf: (email) => jobs.filter((job) => JSON.stringify(job).includes(email)),
    sent,
    mood: 'takes',
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return aws;
}

function answer(res: ServerResponse, status: number, errorType?: string): void {
  const type = errorType === undefined ? {} : { 'x-amzn-errortype': errorType };
  res.writeHead(status, { 'content-type': 'application/json', ...type }).end('{"MessageId":"1"}');
}
