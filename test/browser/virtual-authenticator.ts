import type { CDPSession, Page } from 'playwright-core';

export interface AuthenticatorOptions {
  /** Whether it keeps whose its passkeys are, so that nobody has to say who they are. */
  isResident?: boolean;
  /** Whether it knows its user, by a fingerprint or a PIN. */
  verifiesUser?: boolean;
  /** Whether a copy of its passkeys is kept elsewhere. */
  isBackedUp?: boolean;
}

/** An authenticator of Chromium's own, of one tab (W3C WebAuthn Level 3, 11). */
export interface VirtualAuthenticator {
  /** Whether somebody touches it when it asks; else it waits. */
  touch(isTouched: boolean): Promise<void>;
  /** Sets the counters of its passkeys, as a copy of it would have them. */
  setCounters(signCount: number): Promise<void>;
  remove(): Promise<void>;
}

export async function addAuthenticator(
  page: Page,
  { isResident = true, verifiesUser = true, isBackedUp = false }: AuthenticatorOptions = {},
): Promise<VirtualAuthenticator> {
  const devtools: CDPSession = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: isResident,
      hasUserVerification: verifiesUser,
      isUserVerified: verifiesUser,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: isBackedUp,
      defaultBackupState: isBackedUp,
    },
  });
  return {
    touch: async (enabled) => {
      await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
    setCounters: async (signCount) => {
      const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
      await devtools.send('WebAuthn.clearCredentials', { authenticatorId });
      for (const credential of credentials)
        await devtools.send('WebAuthn.addCredential', {
          authenticatorId,
          credential: { ...credential, signCount },
        });
    },
    remove: async () => {
      await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
  };
}
