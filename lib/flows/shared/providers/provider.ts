import type { ProviderSettings } from '../../../base/provider-settings.ts';
import type { Identity } from '../../../users/identity.ts';

/** What ties a provider's answer to the browser that began, and to us. */
export interface Ties {
  /** 256 random bits, base64url, as are the others. */
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
  /** Where somebody who is signed in shows again who they are: the user's id. */
  readonly anew?: string | undefined;
}

/** What a provider tells of somebody; it is asked for where there is no account yet. */
export interface Profile {
  readonly email: string | undefined;
  /** Whether the provider has made sure that the address is theirs. */
  readonly emailVerified: boolean;
  readonly name: string | undefined;
}

/** Somebody whom a provider has shown to be who they are. */
export interface Shown {
  readonly identity: Identity;
  /** Their session there, as ours are kept under it; undefined where the provider names none. */
  readonly session?: string | undefined;
  /** True where it says that it has asked for a second factor. */
  readonly secondFactor: boolean;
  profile(): Promise<Profile>;
}

/** The end of a session at a provider, or of all that somebody has there (OpenID Connect Back-Channel Logout 1.0). */
export interface LoggedOut {
  /** Whose; undefined where the token names nobody, but a session. */
  readonly identity: Identity | undefined;
  /** Which one, as ours are kept under it; undefined where the token names none. */
  readonly session: string | undefined;
  /** Of the token that says so: it is taken once. */
  readonly tokenId: string;
  /** Until when the token would be taken. */
  readonly until: Date;
}

/** A provider that people sign in by. Whatever it does wrong is an error of whatever kind. */
export interface Provider {
  readonly settings: ProviderSettings;
  /** Where to send the browser. */
  begin(ties: Ties): Promise<URL>;
  /** @param url of our callback, with what the provider has sent in its query. */
  answered(url: URL, ties: Ties): Promise<Shown>;
  /** Not there where it speaks no OpenID Connect. @throws {Problem} 503 `unavailable` where the provider is away. */
  loggedOut?(logoutToken: string): Promise<LoggedOut>;
}

/** Each wait for a provider has this limit, in milliseconds. */
export const providerWaitMs = 3000;

/** Clocks may differ by so much, in seconds. */
export const skewSeconds = 60;

/** Where a provider sends the browser back to. */
export function callbackUrl(publicUrl: string, { id }: Pick<ProviderSettings, 'id'>): string {
  return `${publicUrl}/auth/with/${id}/callback`;
}

/** How a session's `methods` name it. */
export const methodOf = ({ id }: Pick<ProviderSettings, 'id'>) => `oidc:${id}`;
