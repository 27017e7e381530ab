import type { ProviderSettings } from '../../base/provider-settings.ts';
import type { FactorsView } from '../../users/second-factors.ts';
import { Time } from '../../web/page/time.tsx';
import { providerNames } from '../shared/providers/provider-names.ts';
import { Button, Part } from './security-parts.tsx';

interface ProvidersPartProps {
  factors: FactorsView;
  /** Those that there are. */
  offered: readonly ProviderSettings[];
}

/** The other services that somebody signs in by, and those that could be added. */
export function ProvidersPart({ factors: { providers }, offered }: ProvidersPartProps) {
  const more = offered.filter(({ id }) => providers.every(({ provider }) => provider !== id));
  const nameOf = providerNames({ oidcProviders: offered });
  if (providers.length === 0 && more.length === 0) return null;
  return (
    <Part
      id="providers"
      title="Other services"
      tag={providers.length > 0 ? ['good', String(providers.length)] : ['', 'none']}
    >
      <p>
        Once a sign-in of another service is linked, it signs you in here. Signing out here does not there.
      </p>
      {providers.length > 0 && (
        <ul class="list">
          {providers.map(({ provider: id, linkedAt }) => (
            <li key={id}>
              <div>
                <h3>{nameOf(id)}</h3>
                <p class="quiet">
                  Linked <Time at={linkedAt} />
                </p>
                <details>
                  <summary>
                    Unlink <span class="hidden">{nameOf(id)}</span>
                  </summary>
                  <p>It does not sign you in any more then, and every other device is signed out.</p>
                  <Button form="unlink_provider" of={{ id, name: nameOf(id) }} label="Unlink" look="grave" />
                </details>
              </div>
            </li>
          ))}
        </ul>
      )}
      {more.map(({ id, name }) => (
        <div key={id} class="apart">
          <Button form="link_provider" of={{ id, name: '' }} label={`Link ${name}`} look="second" />
        </div>
      ))}
    </Part>
  );
}

/**
 * The way to a provider. A page of its own, since the Content-Security-Policy lets no form lead to another site, by
 * redirects neither.
 */
export function OnToProvider({ name, url }: { name: string; url: string }) {
  return (
    <div class="narrow card">
      <h1>On to {name}</h1>
      <p>Sign in there, and it sends you back here.</p>
      <a class="button" href={url}>
        Go on to {name}
      </a>
    </div>
  );
}
