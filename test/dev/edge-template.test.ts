import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passkeyScript } from '../../lib/flows/shared/passkey-script.ts';
import { type Packaging, startPackaging } from '../support/packaged-template.ts';

type Properties = Record<string, unknown>;
interface Template {
  text: string;
  resources: Record<string, { Type: string; DependsOn?: string[]; Properties: Properties }>;
  /** Of the functions, by the names of their handlers. */
  functions: Map<string, Properties>;
}

const edge = {
  edge: 'true',
  edgeDomain: 'auth.example.com',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/at-the-edge',
  edgeWebAclArn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/1',
  edgeOriginDomain: 'origin.example.com',
  edgeOriginCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/at-home',
  PUBLIC_URL: 'https://auth.example.com',
};
const secret = 'ssm:/session-auth/prod/ORIGIN_SECRET';

let packaging: Packaging;
beforeAll(async () => {
  packaging = await startPackaging();
});
afterAll(() => packaging.end());

/** The template of a stage with these params. */
async function packaged(params: Record<string, string> = {}): Promise<Template> {
  const ORIGIN_SECRET = 'a-secret-of-the-cdn-that-must-not-leave-the-machine';
  const text = await packaging.template(params, { ORIGIN_SECRET });
  expect(text).not.toContain(ORIGIN_SECRET);
  const resources: Template['resources'] = JSON.parse(text).Resources;
  const functions = Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => [String(Properties.FunctionName).split('-').at(-1) ?? '', Properties] as const);
  return { text, resources, functions: new Map(functions) };
}

const ofType = ({ resources }: Template, type: string) =>
  Object.values(resources).filter(({ Type }) => Type === type);
const environmentOf = ({ functions }: Template, name: string) =>
  (functions.get(name)?.Environment as { Variables: Properties } | undefined)?.Variables ?? {};
const listening = (template: Template) =>
  [...template.functions.keys()].filter((name) => !['mail', 'sweep', 'authorizer'].includes(name));

describe('unless a CDN is asked for', () => {
  let plain: Template;
  beforeAll(async () => {
    plain = await packaged();
  }, 60_000);

  test('there is none, and the API answers at its own address', () => {
    for (const type of ['AWS::CloudFront::Distribution', 'AWS::ApiGatewayV2::DomainName'])
      expect(ofType(plain, type)).toEqual([]);
    expect(plain.resources.HttpApi?.Properties.DisableExecuteApiEndpoint ?? false).toBe(false);
    for (const name of listening(plain))
      expect(environmentOf(plain, name)).toMatchObject({ ORIGIN_SECRET: '', CLIENT_ADDRESS_HEADER: '' });
    expect(environmentOf(plain, 'authorizer').ORIGIN_SECRET).toBe('');
  });

  test('another CDN shows a secret of Parameter Store', async () => {
    const CLIENT_ADDRESS_HEADER = 'CF-Connecting-IP';
    const other = await packaged({ ORIGIN_SECRET: secret, CLIENT_ADDRESS_HEADER });

    for (const name of listening(other))
      expect(environmentOf(other, name)).toMatchObject({
        ORIGIN_SECRET: secret,
        CLIENT_ADDRESS_HEADER,
      });
    expect(environmentOf(other, 'authorizer').ORIGIN_SECRET).toBe(secret);
    expect(environmentOf(other, 'authorizer')).not.toHaveProperty('CLIENT_ADDRESS_HEADER');
    for (const name of ['mail']) expect(environmentOf(other, name)).not.toHaveProperty('ORIGIN_SECRET');
    expect(ofType(other, 'AWS::CloudFront::Distribution')).toEqual([]);
  }, 60_000);

  test('a flood is bounded before it reaches a function', () => {
    const { DependsOn, Properties } = plain.resources.HttpApiStage!;
    const settings = Properties.RouteSettings as Record<string, Record<string, number>>;
    const routes = Object.entries(plain.resources).filter(([, { Type }]) => Type.endsWith('V2::Route'));
    const named = routes.filter(([, each]) => String(each.Properties.RouteKey) in settings);

    expect(Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 1000,
      ThrottlingBurstLimit: 500,
    });
    expect(Object.keys(settings).sort()).toEqual([
      'POST /auth/password/reset',
      'POST /auth/sign-in',
      'POST /auth/sign-up',
      'POST /reset-password',
      'POST /sign-in',
      'POST /sign-up',
    ]);
    // A limit of a route that is not there, or not yet, fails the deployment.
    expect(named.map(([, each]) => each.Properties.RouteKey).sort()).toEqual(Object.keys(settings).sort());
    expect(DependsOn).toEqual(expect.arrayContaining(named.map(([name]) => name)));
    for (const limit of Object.values(settings))
      expect(limit).toEqual({
        ThrottlingRateLimit: expect.any(Number),
        ThrottlingBurstLimit: expect.any(Number),
      });
  });

  test('what hashes passwords at its limit leaves instances of its function for all else', () => {
    const settings = plain.resources.HttpApiStage!.Properties.RouteSettings as Record<
      string,
      { ThrottlingRateLimit: number }
    >;
    // OPERATING: 0.7 s of an instance of 1024 MB, at cost 12.
    const busy = (isOf: (key: string) => boolean) =>
      Object.entries(settings)
        .filter(([key]) => isOf(key))
        .reduce((sum, [, { ThrottlingRateLimit }]) => sum + ThrottlingRateLimit * 0.7, 0);

    const inAuth = (key: string) => key.includes('/auth/');
    expect(busy(inAuth)).toBeLessThan(reservedOf(plain, 'auth') * 0.85);
    expect(busy((key) => !inAuth(key))).toBeLessThan(reservedOf(plain, 'pages') * 0.85);
  });

  test('each function has its share of instances, together within the connections of an Atlas M10', () => {
    const names = [...plain.functions.keys()];
    const withDatabase = names.filter((name) => 'MONGODB_URI' in environmentOf(plain, name));

    for (const name of names) expect(reservedOf(plain, name), name).toBeGreaterThan(0);
    // SCALING: 248 at a pool of 5. Lambda wants 100 of the 1,000 of an account left for all other functions.
    expect(sum(withDatabase.map((name) => reservedOf(plain, name)))).toBeLessThanOrEqual(248);
    expect(sum(names.map((name) => reservedOf(plain, name)))).toBeLessThanOrEqual(900);
  });

  test('an account without room for that can do without', async () => {
    const small = await packaged({ concurrency: 'unreserved' });

    for (const { ReservedConcurrentExecutions } of small.functions.values())
      expect([undefined, { Ref: 'AWS::NoValue' }]).toContainEqual(ReservedConcurrentExecutions);
  }, 60_000);
});

const reservedOf = ({ functions }: Template, name: string) =>
  Number(functions.get(name)?.ReservedConcurrentExecutions);
const sum = (numbers: number[]) => numbers.reduce((all, each) => all + each, 0);

describe('with the param edge', () => {
  let prod: Template;
  let distribution: Properties;
  beforeAll(async () => {
    prod = await packaged(edge);
    distribution = prod.resources.EdgeDistribution?.Properties.DistributionConfig as Properties;
  }, 60_000);

  test('CloudFront serves the domain, behind the firewall, by TLS alone', () => {
    expect(distribution).toMatchObject({
      Enabled: true,
      Aliases: [edge.edgeDomain],
      WebACLId: edge.edgeWebAclArn,
      ViewerCertificate: {
        AcmCertificateArn: edge.edgeCertificateArn,
        MinimumProtocolVersion: 'TLSv1.2_2021',
      },
      Origins: [
        expect.objectContaining({
          DomainName: edge.edgeOriginDomain,
          CustomOriginConfig: expect.objectContaining({ OriginProtocolPolicy: 'https-only' }),
        }),
      ],
    });
    for (const { ViewerProtocolPolicy } of behaviors())
      expect(ViewerProtocolPolicy).toBe('redirect-to-https');
  });

  interface Behavior {
    PathPattern?: string;
    ViewerProtocolPolicy: string;
    CachePolicyId: unknown;
    OriginRequestPolicyId: string;
    FunctionAssociations: unknown;
  }
  const behaviors = (): Behavior[] => [
    distribution.DefaultCacheBehavior as Behavior,
    ...(distribution.CacheBehaviors as Behavior[]),
  ];

  test('it shows the secret, and the functions ask for it', () => {
    const [origin] = distribution.Origins as { OriginCustomHeaders: unknown }[];
    expect(origin?.OriginCustomHeaders).toEqual([
      { HeaderName: 'X-Origin-Verify', HeaderValue: '{{resolve:ssm:/session-auth/prod/ORIGIN_SECRET_SENT}}' },
    ]);
    for (const name of listening(prod))
      expect(environmentOf(prod, name)).toMatchObject({
        ORIGIN_SECRET: secret,
        CLIENT_ADDRESS_HEADER: 'X-Viewer-Address',
        PUBLIC_URL: edge.PUBLIC_URL,
      });
    expect(environmentOf(prod, 'authorizer').ORIGIN_SECRET).toBe(secret);
  });

  test('ASVS 4.1.3: the address that it names takes the place of the one that a caller sends', () => {
    const code = String(prod.resources.EdgeViewerAddress?.Properties.FunctionCode);
    const headers = { 'x-viewer-address': { value: '198.51.100.1' }, accept: { value: '*/*' } };
    const event = { viewer: { ip: '2001:db8::1' }, request: { uri: '/sign-in', headers } };

    const sent = runInNewContext(`${code}\nhandler(event)`, { event });

    expect(sent).toEqual({
      uri: '/sign-in',
      headers: { 'x-viewer-address': { value: '2001:db8::1' }, accept: { value: '*/*' } },
    });
    for (const { FunctionAssociations, OriginRequestPolicyId } of behaviors()) {
      expect(FunctionAssociations).toEqual([
        { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['EdgeViewerAddress', 'FunctionARN'] } },
      ]);
      // AllViewerExceptHostHeader
      expect(OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
    }
  });

  test('it keeps nothing but the scripts that say so, no error either', () => {
    const [others, ...kept] = behaviors();
    // CachingDisabled
    expect(others?.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(kept.map(({ PathPattern }) => PathPattern)).toEqual(['/passkeys-*.js']);
    expect(passkeyScript.path).toMatch(/^\/passkeys-[^/]+\.js$/);
    expect(kept[0]?.CachePolicyId).toEqual({ Ref: 'EdgeScriptCache' });
    expect(prod.resources.EdgeScriptCache?.Properties.CachePolicyConfig).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0,
    });
    const errors = distribution.CustomErrorResponses as { ErrorCode: number; ErrorCachingMinTTL: number }[];
    expect(errors.map(({ ErrorCode }) => ErrorCode)).toEqual(
      expect.arrayContaining([400, 403, 404, 405, 414, 500, 501, 502, 503, 504]),
    );
    for (const error of errors) expect(error).toEqual({ ErrorCode: error.ErrorCode, ErrorCachingMinTTL: 0 });
  });

  test('the API answers by its own domain alone', () => {
    expect(prod.resources.HttpApi?.Properties.DisableExecuteApiEndpoint).toBe(true);
    expect(prod.resources.EdgeOriginDomain?.Properties).toMatchObject({
      DomainName: edge.edgeOriginDomain,
    });
    expect(prod.resources.EdgeOriginMapping?.Properties).toEqual({
      ApiId: { Ref: 'HttpApi' },
      DomainName: { Ref: 'EdgeOriginDomain' },
      Stage: { Ref: 'HttpApiStage' },
    });
  });
});
