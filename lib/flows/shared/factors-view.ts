import * as z from 'zod/mini';
import type { Config } from '../../base/config.ts';
import type { FactorsView } from '../../users/second-factors.ts';
import { Timestamp } from './fields.ts';
import { Passkey } from './passkey-fields.ts';
import { providerNames } from './providers/provider-names.ts';

/** What somebody can show to sign in, without secrets. */
export const Factors = z
  .object({
    password: z.boolean(),
    totp: z.nullable(z.object({ createdAt: Timestamp })),
    passkeys: z.array(Passkey),
    recoveryCodesLeft: z.int(),
    providers: z.array(z.object({ id: z.string(), name: z.string(), linkedAt: Timestamp })),
  })
  .check(z.meta({ id: 'Factors' }));

/** The same as the API shows it. */
export function factorsView(view: FactorsView, config: Pick<Config, 'oidcProviders'>) {
  const { password, totp, passkeys, recoveryCodesLeft, providers } = view;
  const nameOf = providerNames(config);
  return {
    password,
    totp: totp && { createdAt: totp.createdAt },
    passkeys,
    recoveryCodesLeft,
    providers: providers.map(({ provider: id, linkedAt }) => ({ id, name: nameOf(id), linkedAt })),
  };
}
