const account = '123456789012';
const id = '12345678-1234-1234-1234-123456789012';

/** Params of stages that have, together, every resource that there can be. */
export const variants: Record<string, Record<string, string>> = {
  'as it is': {},
  'canary, PostgreSQL, events': { releases: 'canary', STORE: 'postgres', EVENT_BUS: 'auth' },
  'the edge, a VPC, traces, a mail server': {
    STORE: 'mysql',
    releases: 'linear',
    edge: 'true',
    edgeDomain: 'auth.example.com',
    edgeCertificateArn: `arn:aws:acm:us-east-1:${account}:certificate/${id}`,
    edgeWebAclArn: `arn:aws:wafv2:us-east-1:${account}:global/webacl/edge/${id}`,
    edgeOriginDomain: 'origin.example.com',
    edgeOriginCertificateArn: `arn:aws:acm:eu-west-1:${account}:certificate/${id}`,
    PUBLIC_URL: 'https://auth.example.com',
    vpcSubnets: 'subnet-12345678,subnet-87654321',
    vpcSecurityGroups: 'sg-12345678',
    tracing: 'on',
    alarmTopic: `arn:aws:sns:us-east-1:${account}:alarms`,
    secretsKey: `arn:aws:kms:us-east-1:${account}:key/${id}`,
    SMTP_URL: 'ssm:/session-auth/prod/SMTP_URL',
    concurrency: 'unreserved',
  },
};
