import { createHash } from 'node:crypto';
import type { IdentityRecord } from '../store/credential-records.ts';

/** Who somebody is to a provider (OWASP ASVS 6.8.1): never an address. */
export type Identity = Pick<IdentityRecord, 'issuer' | 'subject'>;

/** By what an identity is found, and unique. */
export function identityKey({ issuer, subject }: Identity): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
}

/** An identity as it is kept. */
export function identityRecord(identity: Omit<IdentityRecord, 'key'>): IdentityRecord {
  const { provider, issuer, subject, linkedAt } = identity;
  return { key: identityKey(identity), provider, issuer, subject, linkedAt };
}
