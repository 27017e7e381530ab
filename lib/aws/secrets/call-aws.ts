import { once } from 'node:events';
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { json } from 'node:stream/consumers';
import aws4 from 'aws4';
import { roleCredentials } from '../../base/role-credentials.ts';

/** What AWS answered in place of what was asked for. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's own word, such as `AccessDeniedException`. */
  readonly code: string;

  constructor(code: string) {
    super(`AWS answered ${code}`);
    this.code = code;
  }
}

/** A call is tried so often. */
const tries = 2;

/** Calls an action of a service that speaks JSON; throws an {@link AwsError}, or what a request throws. */
export type CallAws = (
  service: 'ssm' | 'secretsmanager',
  action: string,
  input: object,
) => Promise<Record<string, unknown>>;

export interface CallAwsOptions {
  /** A try lasts no longer, in milliseconds. */
  tryMs: number;
  /** Before this no try is over: nobody is there to take an answer. */
  limitedFrom: Promise<unknown>;
  /** Takes, for each question, what resolves once it is on its way, or cannot be. */
  asked: (onItsWay: Promise<void>) => void;
}

/**
 * Signs by the credentials that Lambda gives a function. The SDK that the runtime carries takes hundreds of milliseconds
 * to load, and Node's fetch takes thirty; every cold start would wait for it.
 */
export function createCallAws(
  environment: NodeJS.ProcessEnv,
  { tryMs, limitedFrom, asked }: CallAwsOptions,
): CallAws {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1';
  const credentials = roleCredentials(environment);

  async function callOnce(...[service, action, input]: Parameters<CallAws>) {
    const { protocol, hostname, port, pathname, host } = new URL(endpointOf(service, region, environment));
    const target = service === 'ssm' ? `AmazonSSM.${action}` : `secretsmanager.${action}`;
    const body = JSON.stringify(input);
    const headers = { Host: host, 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': target };
    const signed = aws4.sign({ service, region, method: 'POST', path: pathname, headers, body }, credentials);
    const tooLate = new AbortController();
    void limitedFrom.then(() => setTimeout(() => tooLate.abort(), tryMs).unref());
    const { signal } = tooLate;
    const sent = (protocol === 'http:' ? overHttp : overHttps)({ ...signed, hostname, port, signal });
    // It is told once more where the answer breaks off, which then says so itself.
    sent.on('error', () => undefined).end(body);
    asked(new Promise((resolve) => void sent.once('finish', resolve).once('close', resolve)));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const content = (await json(answer)) as Record<string, unknown> | null;
    if (answer.statusCode === 200 && content) return content;
    // "com.amazonaws.ssm#ParameterNotFound"; the message may quote what was asked for.
    throw new AwsError(
      /[A-Za-z]+$/.exec(String(content?.__type ?? ''))?.[0] ?? `status ${answer.statusCode}`,
    );
  }

  return async function callAws(...call) {
    for (let done = 1; ; done += 1) {
      try {
        return await callOnce(...call);
      } catch (error) {
        if (done === tries || (error instanceof AwsError && !isPassing(error))) throw error;
      }
    }
  };
}

const isPassing = ({ code }: AwsError) => /Throttling|InternalS|ServiceUnavailable|^status/.test(code);

/** As the SDK finds it: named for the service, or for all, else AWS's own. */
function endpointOf(service: string, region: string, environment: NodeJS.ProcessEnv): string {
  const own = environment[`AWS_ENDPOINT_URL_${service === 'ssm' ? 'SSM' : 'SECRETS_MANAGER'}`];
  const named = own || environment.AWS_ENDPOINT_URL;
  return named || `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
