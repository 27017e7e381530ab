/** So long a browser may take to answer, in milliseconds. */
export const challengeMs = 5 * 60 * 1000;

/** What a browser answers to a request for a passkey, as far as it is looked at (W3C WebAuthn, 5.1.10). */
export interface Assertion {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    /** Whose it is, as the authenticator kept it at registration. */
    readonly userHandle?: string | null | undefined;
  };
}

/** What a browser answers once an authenticator has made a passkey. */
export interface Registration {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports?: readonly string[] | undefined;
  };
  readonly clientExtensionResults?:
    | { readonly credProps?: { readonly rk?: boolean | undefined } | undefined }
    | undefined;
}

/** The challenge that an answer names; nothing of it is verified yet. Null where it names none. */
export function challengeIn({ response }: Assertion | Registration): string | null {
  const challenge = clientDataOf(response.clientDataJSON)?.challenge;
  return typeof challenge === 'string' ? challenge : null;
}

/** True where a page of ours was asked in a frame of somebody else's: none of ours can be framed. */
export function isFramed({ response }: Assertion | Registration): boolean {
  const { crossOrigin, topOrigin } = clientDataOf(response.clientDataJSON) ?? {};
  return (crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined;
}

function clientDataOf(encoded: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
