import aws4 from 'aws4';
import { roleCredentials } from '../../base/role-credentials.ts';

/** Whether a URL asks to sign in to RDS or Aurora by IAM: `?iam=true`, in place of a password. */
export function asksForIam(url: string): boolean {
  return new URL(url).searchParams.get('iam') === 'true';
}

/** Seconds in which a connection can be opened by a token; once open it stays. */
const lifetimeSeconds = 900;

/**
 * The password of this moment of the user whom a URL names: a signed request to connect, by the credentials that Lambda
 * gives a function.
 *
 * @param defaultPort of the database, where the URL names none.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
 */
export function iamToken(
  url: string,
  defaultPort: number,
  { environment = process.env, datetime }: { environment?: NodeJS.ProcessEnv; datetime?: string } = {},
): string {
  const { hostname, port, username } = new URL(url);
  const asked = new URLSearchParams({
    Action: 'connect',
    DBUser: decodeURIComponent(username),
    'X-Amz-Expires': String(lifetimeSeconds),
    ...(datetime && { 'X-Amz-Date': datetime }),
  });
  const host = `${hostname}:${port || defaultPort}`;
  const { path } = aws4.sign(
    {
      service: 'rds-db',
      region: regionOf(hostname) ?? environment.AWS_REGION ?? '',
      host,
      path: `/?${asked}`,
      signQuery: true,
    },
    roleCredentials(environment),
  );
  return `${host}${path}`;
}

/** As it stands in the names that RDS gives; undefined of any other. */
function regionOf(hostname: string): string | undefined {
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];
}
