import type { Config } from '../../../base/config.ts';

/** The name of a provider by its id; of one that is not offered any more, the id. */
export function providerNames({ oidcProviders }: Pick<Config, 'oidcProviders'>): (id: string) => string {
  return (id) => oidcProviders.find((provider) => provider.id === id)?.name ?? id;
}
