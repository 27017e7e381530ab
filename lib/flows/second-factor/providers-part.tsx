import type { ProviderSettings } from '../../base/provider-settings.ts';
import type { FactorsView } from '../../users/second-factors.ts';
import { Filled, useTexts } from '../../web/page/reader.tsx';
import { Time } from '../../web/page/time.tsx';
import { providerNames } from '../shared/providers/provider-names.ts';
import { Button, Part } from './security-parts.tsx';
import { pageTexts } from './texts/texts.ts';

interface ProvidersPartProps {
  factors: FactorsView;
  /** Those that there are. */
  offered: readonly ProviderSettings[];
}

/** The other services that somebody signs in by, and those that could be added. */
export function ProvidersPart({ factors: { providers }, offered }: ProvidersPartProps) {
  const texts = useTexts(pageTexts).providers;
  const more = offered.filter(({ id }) => providers.every(({ provider }) => provider !== id));
  const nameOf = providerNames({ oidcProviders: offered });
  if (providers.length === 0 && more.length === 0) return null;
  return (
    <Part
      id="providers"
      title={texts.title}
      tag={providers.length > 0 ? ['good', String(providers.length)] : ['', texts.none]}
    >
      <p>{texts.lead}</p>
      {providers.length > 0 && (
        <ul class="list">
          {providers.map(({ provider: id, linkedAt }) => (
            <li key={id}>
              <div>
                <h3>{nameOf(id)}</h3>
                <p class="quiet">
                  <Filled text={texts.linked} at={<Time at={linkedAt} />} />
                </p>
                <details>
                  <summary>
                    <Filled text={texts.change} name={<span class="hidden">{nameOf(id)}</span>} />
                  </summary>
                  <p>{texts.removed}</p>
                  <Button
                    form="unlink_provider"
                    of={{ id, name: nameOf(id) }}
                    label={texts.remove}
                    look="grave"
                  />
                </details>
              </div>
            </li>
          ))}
        </ul>
      )}
      {more.map(({ id, name }) => (
        <div key={id} class="apart">
          <Button form="link_provider" of={{ id, name: '' }} label={texts.add(name)} look="second" />
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
  const texts = useTexts(pageTexts).onToProvider;
  return (
    <div class="narrow card">
      <h1>{texts.title(name)}</h1>
      <p>{texts.lead}</p>
      <a class="button" href={url}>
        {texts.link(name)}
      </a>
    </div>
  );
}
