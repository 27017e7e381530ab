import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parse } from 'cookie';
import type { Request } from 'express';
import type { Config } from '../../base/config.ts';
import type { SignInDevice } from '../../limits/attempt.ts';
import type { Credentials } from '../../users/user.ts';
import { cookieAttributes, timesNamed } from '../../web/session/cookie.ts';

/** Accounts that one device is known to, at most; the one signed in to longest ago is forgotten. */
const accountsPerDevice = 10;
const yearMs = 365 * 24 * 60 * 60 * 1000;
/** 128 bits, of ids and of tags (OWASP ASVS 11.5.1). */
const idBytes = 16;

/** An id, the tag that says that it is ours, and for each account the version of its credentials and a tag. */
const cookieForm = /^[\w-]{22}\.[\w-]{22}(?:\.[\da-z]{1,8}~[\w-]{22}){1,10}$/;

interface DeviceCookie {
  id: string;
  /** Each as the cookie has it, newest first. */
  entries: string[];
}

/**
 * Devices that people have signed in from, so that strangers' guesses do not keep them out.
 *
 * All of it stands in a cookie of one year, signed, without an address; it is no credential. A cookie that is not
 * ours, or comes twice, is none, and fails no request.
 */
export interface KnownDevices {
  /**
   * The request's device, where the account has signed in from it. It is bound to the account and not to its
   * address: who had the address before, or holds it next, is a stranger to it.
   *
   * @param findAccount is asked only where the request names a device of ours.
   */
  find(req: Request, findAccount: () => Promise<Credentials | null>): Promise<SignInDevice | undefined>;
  /** Has the answer make the request's device one that the account has signed in from. */
  remember(req: Request, credentials: Credentials): void;
}

export function createKnownDevices(
  config: Pick<Config, 'deployed' | 'cookieSameSite' | 'sessionSecrets'>,
): KnownDevices {
  const name = config.deployed ? '__Host-device' : 'session_auth_device';

  function read(req: Request): DeviceCookie | undefined {
    const header = req.headers.cookie ?? '';
    if (timesNamed(header, name) !== 1) return undefined;
    const value = parse(header)[name] ?? '';
    if (!cookieForm.test(value)) return undefined;
    const [id = '', tag = '', ...entries] = value.split('.');
    return isOurs(tag, [id]) ? { id, entries } : undefined;
  }

  /** Every secret verifies. */
  function isOurs(tag: string, of: readonly string[]): boolean {
    const given = Buffer.from(tag);
    return config.sessionSecrets.some((secret) => timingSafeEqual(given, Buffer.from(tagOf(secret, of))));
  }

  /** The version of the account's credentials that an entry is about, or undefined where it is about another. */
  function versionIn(entry: string, deviceId: string, { user }: Credentials): string | undefined {
    const [version = '', tag = ''] = entry.split('~');
    return isOurs(tag, [deviceId, user.id, version]) ? version : undefined;
  }

  return {
    find: async (req, findAccount) => {
      const device = read(req);
      const account = device && (await findAccount());
      if (!account) return undefined;
      const versions = device.entries.map((entry) => versionIn(entry, device.id, account));
      const known = versions.find((version) => version !== undefined);
      if (known === undefined) return undefined;
      return { id: device.id, isOutdated: known !== versionOf(account) };
    },
    remember: (req, credentials) => {
      const { id, entries } = read(req) ?? { id: randomBytes(idBytes).toString('base64url'), entries: [] };
      const [secret = ''] = config.sessionSecrets;
      const version = versionOf(credentials);
      const entry = `${version}~${tagOf(secret, [id, credentials.user.id, version])}`;
      const others = entries.filter((each) => versionIn(each, id, credentials) === undefined);
      const kept = [entry, ...others].slice(0, accountsPerDevice);
      const value = [id, tagOf(secret, [id]), ...kept].join('.');
      req.res?.cookie(name, value, { ...cookieAttributes(config), maxAge: yearMs });
    },
  };
}

function versionOf({ credentialsVersion }: Credentials): string {
  return credentialsVersion.toString(36);
}

function tagOf(secret: string, of: readonly string[]): string {
  const message = ['session-auth device', ...of].join('\0');
  const digest = createHmac('sha256', secret).update(message).digest();
  return digest.subarray(0, idBytes).toString('base64url');
}
