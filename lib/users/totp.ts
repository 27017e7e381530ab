import { Secret, TOTP } from 'otpauth';
import type { Factors, TotpRecord } from '../store/credential-records.ts';
import type { Seal } from './seal.ts';

const periodSeconds = 30;
/** How long a new secret waits for its first code, in milliseconds. */
const newTotpMs = 10 * 60 * 1000;

/** What an authenticator app is given. */
export interface NewTotp {
  /** Base32, for who types it. */
  readonly secret: string;
  /** `otpauth://totp/…`. */
  readonly uri: string;
}

/** Codes of authenticator apps (RFC 6238): SHA-1, 6 digits, 30 s, one step early or late. */
export interface Totp {
  /** A new secret of 160 bits, as its user is told and as it is kept. */
  make(user: { id: string; email: string }): { shown: NewTotp; sealed: string };
  /** What its user was told of a secret that is kept; null where none of our secrets opens it. */
  show(sealed: string, user: { id: string; email: string }): NewTotp | null;
  /** The same secret, closed by the newest of our secrets; as it is where none of them opens it. */
  resealed(sealed: string, userId: string): string;
  /**
   * The time step that a code is of, where that is later than `after`: each code is taken once (ASVS 6.5.1).
   *
   * @returns null for a wrong code, and one that was used.
   */
  stepOf(code: string, sealed: string, userId: string, at: Date, after?: number): number | null;
}

export interface TotpOptions {
  seal: Seal;
  /** What an app shows beside the address: the host of `PUBLIC_URL`. */
  issuer: string;
}

export function createTotp({ seal, issuer }: TotpOptions): Totp {
  const of = (secret: Secret, label: string) =>
    new TOTP({ issuer, label, secret, algorithm: 'SHA1', digits: 6, period: periodSeconds });

  const shownTo = (secret: Secret, email: string): NewTotp => ({
    secret: secret.base32,
    uri: of(secret, email).toString(),
  });

  return {
    make: ({ id, email }) => {
      const secret = new Secret({ size: 20 });
      return { shown: shownTo(secret, email), sealed: seal.close(secret.base32, id) };
    },
    show: (sealed, { id, email }) => {
      const secret = seal.open(sealed, id);
      return secret === null ? null : shownTo(Secret.fromBase32(secret), email);
    },
    resealed: (sealed, userId) => {
      const secret = seal.open(sealed, userId);
      return secret === null ? sealed : seal.close(secret, userId);
    },
    stepOf: (code, sealed, userId, at, after = -1) => {
      const secret = seal.open(sealed, userId);
      if (secret === null) return null;
      const timestamp = at.getTime();
      const delta = of(Secret.fromBase32(secret), userId).validate({ token: code, timestamp, window: 1 });
      if (delta === null) return null;
      const step = Math.floor(timestamp / 1000 / periodSeconds) + delta;
      return step > after ? step : null;
    },
  };
}

/** The first code of a new secret, which was right. */
export interface FirstCode {
  /** The secret, sealed. */
  readonly secret: string;
  /** The time step of the code. */
  readonly usedStep: number;
}

/** What is kept once it has been given; null where that secret has waited too long, or another one waits by now. */
export function inForce({ newTotp }: Factors, { secret, usedStep }: FirstCode, at: Date): TotpRecord | null {
  if (newTotp?.secret !== secret || !isWaiting(newTotp.createdAt, at)) return null;
  return { secret: newTotp.secret, createdAt: at, usedStep, lastUsedAt: at };
}

export function isWaiting(createdAt: Date, at: Date): boolean {
  return at.getTime() - createdAt.getTime() < newTotpMs;
}
