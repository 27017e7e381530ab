/** What an authorizer is asked about. */
export interface AuthorizerRequest {
  /** `name=value` pairs; none is a request without a Cookie header. */
  cookies?: readonly string[];
  /** Each is a header of its own. */
  authorization?: string | readonly string[];
  /** The header X-Origin-Verify, as a CDN in front sends it. */
  origin?: string;
  /** What the gateway keeps the answer for, where it is set up to; the Cookie header unless told. */
  keyedBy?: string | null;
  method?: string;
  path?: string;
}

/** One way in which API Gateway asks an authorizer, with how it reads the answer. */
export interface AuthorizerSource {
  name: string;
  event: (request: AuthorizerRequest) => Record<string, unknown>;
  /** Whether the answer lets the request through that the event is about. */
  allows: (answer: unknown, event: Record<string, unknown>) => boolean;
  /** The event of the protected function, as API Gateway makes it of the answer's context. */
  protectedEvent: (answer: unknown) => Record<string, unknown>;
}

const apiArn = 'arn:aws:execute-api:us-east-1:123456789012:abcdef123/$default';
const restArn = 'arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod';

interface Answer {
  isAuthorized?: unknown;
  policyDocument?: { Version: string; Statement: { Action: string; Effect: string; Resource: string }[] };
  principalId?: unknown;
  context?: Record<string, unknown>;
}

/** The documented events (API Gateway developer guide: "Control access to HTTP APIs with Lambda authorizers", "Input to a Lambda authorizer"). */
export const authorizerSources: readonly AuthorizerSource[] = [
  {
    name: 'HTTP API, payload 2.0',
    event: ({ cookies = [], authorization, origin, keyedBy, method = 'GET', path = '/example' }) => ({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `${apiArn}/${method}${path}`,
      identitySource: sourcesOf(keyedBy, cookies),
      routeKey: `${method} ${path}`,
      rawPath: path,
      rawQueryString: '',
      ...(cookies.length > 0 && { cookies }),
      headers: {
        host: 'abcdef123.execute-api.us-east-1.amazonaws.com',
        'user-agent': 'curl/8.5.0',
        ...(authorization !== undefined && { authorization: [authorization].flat().join(',') }),
        ...(origin !== undefined && { 'x-origin-verify': origin }),
      },
      requestContext: {
        accountId: '123456789012',
        apiId: 'abcdef123',
        domainName: 'abcdef123.execute-api.us-east-1.amazonaws.com',
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'curl/8.5.0' },
        requestId: 'JKJaXmPLvHcESHA=',
        routeKey: `${method} ${path}`,
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: 1583348638390,
      },
      pathParameters: null,
      stageVariables: null,
    }),
    allows: (answer) => (answer as Answer).isAuthorized === true,
    protectedEvent: (answer) => ({
      version: '2.0',
      rawPath: '/example',
      rawQueryString: '',
      headers: {},
      requestContext: {
        http: { method: 'GET', path: '/example', sourceIp: '203.0.113.7' },
        stage: '$default',
        authorizer: { lambda: (answer as Answer).context },
      },
      isBase64Encoded: false,
    }),
  },
  payload1('HTTP API, payload 1.0', apiArn, { version: '1.0' }),
  payload1('REST API', restArn, {}),
];

function sourcesOf(keyedBy: string | null | undefined, cookies: readonly string[]): string[] | null {
  const source = keyedBy === undefined ? cookies.join('; ') : keyedBy;
  return source ? [source] : null;
}

function payload1(name: string, stageArn: string, more: object): AuthorizerSource {
  return {
    name,
    event: ({ cookies = [], authorization, origin, keyedBy, method = 'GET', path = '/example' }) => ({
      ...more,
      type: 'REQUEST',
      methodArn: `${stageArn}/${method}${path}`,
      identitySource: sourcesOf(keyedBy, cookies)?.join() ?? null,
      authorizationToken: cookies.join('; ') || null,
      resource: path,
      path,
      httpMethod: method,
      headers: {
        Host: 'api.example.com',
        ...(cookies.length > 0 && { Cookie: cookies.join('; ') }),
        ...(authorization !== undefined && { Authorization: [authorization].flat().at(-1) }),
        ...(origin !== undefined && { 'X-Origin-Verify': origin }),
      },
      multiValueHeaders: {
        Host: ['api.example.com'],
        ...(cookies.length > 0 && { Cookie: [cookies.join('; ')] }),
        ...(authorization !== undefined && { Authorization: [authorization].flat() }),
        ...(origin !== undefined && { 'X-Origin-Verify': [origin] }),
      },
      queryStringParameters: {},
      pathParameters: {},
      stageVariables: {},
      requestContext: {
        path,
        accountId: '123456789012',
        resourceId: '05c7jb',
        stage: stageArn.split('/')[1],
        requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
        identity: { sourceIp: '203.0.113.7' },
        resourcePath: path,
        httpMethod: method,
        apiId: 'abcdef123',
      },
    }),
    allows: (answer, event) => policyAllows(answer as Answer, String(event.methodArn)),
    protectedEvent: (answer) => ({
      ...more,
      resource: '/example',
      path: '/example',
      httpMethod: 'GET',
      headers: {},
      multiValueHeaders: {},
      requestContext: {
        httpMethod: 'GET',
        path: '/example',
        identity: { sourceIp: '203.0.113.7' },
        authorizer: { ...(answer as Answer).context, principalId: (answer as Answer).principalId },
      },
      body: null,
      isBase64Encoded: false,
    }),
  };
}

/**
 * Evaluates a policy as API Gateway does: one that is not well formed is an error, an explicit deny wins, and
 * what no statement allows is denied.
 */
export function policyAllows(answer: unknown, methodArn: string): boolean {
  const { principalId, policyDocument, context = {} } = answer as Answer;
  if (typeof principalId !== 'string' || policyDocument?.Version !== '2012-10-17')
    throw new Error('API Gateway would answer 500: AuthorizerConfigurationException');
  for (const value of Object.values(context))
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw new Error('API Gateway would answer 500: the context holds an object');
  const matching = policyDocument.Statement.filter(
    ({ Action, Resource }) => Action === 'execute-api:Invoke' && glob(Resource).test(methodArn),
  );
  return matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow');
}

function glob(resource: string): RegExp {
  const escaped = resource.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
