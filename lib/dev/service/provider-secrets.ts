import { secretVariable } from '../../base/provider-settings.ts';
import type { Service, Value } from './service.ts';

/**
 * Gives each function that reads `OIDC_PROVIDERS` the secret of each of them, whose names follow from it.
 *
 * @param settingOf the setting of that name.
 */
export function giveProviderSecrets(service: Service, settingOf: (name: string) => Value): void {
  for (const { environment } of Object.values(service.functions))
    for (const name of secretsOf(environment?.OIDC_PROVIDERS))
      if (environment) environment[name] = settingOf(name);
}

/** Of what is no list of providers none: the function says at its start what is wrong with it. */
function secretsOf(setting: unknown): string[] {
  try {
    const providers: { id: string }[] = JSON.parse(String(setting));
    return providers.map(({ id }) => secretVariable(id));
  } catch {
    return [];
  }
}
