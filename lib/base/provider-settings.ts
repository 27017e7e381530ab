import { check, optional, type Read } from './read-variables.ts';

/** A provider that people sign in by, as `OIDC_PROVIDERS` and `OIDC_SECRET_<ID>` say. */
export interface ProviderSettings {
  /** In addresses, in `methods` of a session (`oidc:ID`), and in the name of its secret. Stable. */
  readonly id: string;
  /** As people know it. */
  readonly name: string;
  /** Its issuer identifier; of GitHub the address of the site. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What it speaks: OpenID Connect, or what GitHub does in its place. */
  readonly kind: 'oidc' | 'github';
  /** How it answers: by a redirect, or by a form that the browser posts. */
  readonly responseMode: 'query' | 'form_post';
  /** Whether it is believed where it says that it has asked for a second factor. */
  readonly trustsSecondFactor: boolean;
  /** What is asked for, separated by spaces. */
  readonly scope: string;
  /** The path of a picture on our own origin. */
  readonly icon: string | undefined;
}

const defaultScopes = { oidc: 'openid email profile', github: 'read:user user:email' } as const;

/** The variable that holds a provider's secret, such as `OIDC_SECRET_GOOGLE`. */
export const secretVariable = (id: string) => `OIDC_SECRET_${id.toUpperCase().replaceAll('-', '_')}`;

/** Reads the JSON of `OIDC_PROVIDERS`, and the secret of each. */
export const readProviders: Read<readonly ProviderSettings[]> = optional<
  readonly ProviderSettings[],
  readonly ProviderSettings[]
>(Object.freeze([]), (text, { present, deployed }) => {
  const list = parse(text);
  check(
    Array.isArray(list),
    'a JSON list, such as [{"id":"google","name":"Google","issuer":"https://accounts.google.com","clientId":"…"}]',
  );
  const providers = (list as unknown[]).map((each, at) => readProvider(each, at, deployed));
  const secrets = providers.map(({ id }) => secretVariable(id));
  check(new Set(secrets).size === secrets.length, 'each id once; "-" and "_" count as the same');
  const missing = secrets.filter((name) => present[name] === undefined);
  check(missing.length === 0, `set beside it ${missing.join(', ')}`);
  return Object.freeze(
    providers.map((each) => ({ ...each, clientSecret: present[secretVariable(each.id)] ?? '' })),
  );
});

/** What is no JSON is no list either. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type WithoutSecret = Omit<ProviderSettings, 'clientSecret'>;

function readProvider(given: unknown, at: number, deployed: boolean | undefined): WithoutSecret {
  const inPlace = `provider ${at + 1}`;
  check(typeof given === 'object' && given !== null && !Array.isArray(given), `${inPlace}: a JSON object`);
  const fields = given as Record<string, unknown>;
  for (const name of Object.keys(fields))
    check(known.has(name), `${inPlace}: no such field as it has; ${help}`);
  const { kind = 'oidc', responseMode = 'query', trustsSecondFactor = false } = fields;
  check(kind === 'oidc' || kind === 'github', `${inPlace}: kind is oidc or github`);
  const { id, name, issuer = kind === 'github' ? 'https://github.com' : undefined, clientId } = fields;
  const { scope = defaultScopes[kind as 'oidc' | 'github'], icon } = fields;
  const text = (what: string, value: unknown, form: RegExp, say: string) =>
    check(typeof value === 'string' && form.test(value), `${inPlace}: ${what} is ${say}`);
  text(
    'id',
    id,
    /^[a-z][a-z0-9_-]{0,31}$/,
    'a small letter, then small letters, digits, "_" or "-"; 32 at most',
  );
  text('name', name, /^[^\p{Cc}]{1,60}$/u, 'what people know it by, in 60 characters at most');
  text('clientId', clientId, /^[!-~]{1,255}$/, 'what the provider gave out');
  text('scope', scope, /^[!-~]+(?: [!-~]+)*$/, 'names with spaces between them');
  const hasOpenid = String(scope).split(' ').includes('openid');
  check(
    kind === 'github' || hasOpenid,
    `${inPlace}: scope has openid in it, without which there is no id token`,
  );
  if (icon !== undefined) text('icon', icon, /^\/(?!\/)[\w./-]{1,200}$/, 'a path on your own origin');
  check(isIssuer(issuer, deployed), `${inPlace}: issuer is an https URL, without query and fragment`);
  const isMode = responseMode === 'query' || responseMode === 'form_post';
  check(isMode, `${inPlace}: responseMode is query or form_post`);
  check(typeof trustsSecondFactor === 'boolean', `${inPlace}: trustsSecondFactor is true or false`);
  return { id, name, issuer, clientId, kind, responseMode, trustsSecondFactor, scope, icon } as WithoutSecret;
}

const known: ReadonlySet<string> = new Set([
  ...(['id', 'name', 'issuer', 'clientId', 'kind', 'responseMode', 'trustsSecondFactor'] as const),
  ...(['scope', 'icon'] as const),
]);

const help = `what there is: ${[...known].join(', ')}`;

/** Providers on this very machine are for development and tests. */
function isIssuer(value: unknown, deployed: boolean | undefined): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  if (username || password || search || hash) return false;
  return protocol === 'https:' || (protocol === 'http:' && deployed === false);
}
