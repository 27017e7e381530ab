import type { Config } from '../../../base/config.ts';
import { createGitHub } from './github.ts';
import { createOidcProvider } from './oidc-provider.ts';
import type { Provider } from './provider.ts';

/** The providers of `OIDC_PROVIDERS`. */
export interface Providers {
  find(id: string): Provider | undefined;
}

export interface ProvidersOptions {
  config: Pick<Config, 'oidcProviders' | 'publicUrl' | 'deployed'>;
  now: () => Date;
}

/** Makes them without any I/O: a provider is asked when somebody uses it. */
export function createProviders({ config, now }: ProvidersOptions): Providers {
  const all = config.oidcProviders.map((settings) =>
    settings.kind === 'github'
      ? createGitHub({ settings, config })
      : createOidcProvider({ settings, config, now }),
  );
  return { find: (id) => all.find(({ settings }) => settings.id === id) };
}
