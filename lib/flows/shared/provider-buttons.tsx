import type { ProviderSettings } from '../../base/provider-settings.ts';

interface ProviderButtonsProps {
  providers: readonly Pick<ProviderSettings, 'id' | 'name' | 'icon'>[];
  /** What to do there, before its name. */
  verb: string;
  next?: string | undefined;
}

/** A way to each provider; none where there is none. */
export function ProviderButtons({ providers, verb, next }: ProviderButtonsProps) {
  const query = next ? `?next=${encodeURIComponent(next)}` : '';
  if (providers.length === 0) return null;
  return (
    <ul class="providers">
      {providers.map(({ id, name, icon }) => (
        <li key={id}>
          <a class="button second" href={`/sign-in/with/${id}${query}`}>
            {icon && <img src={icon} alt="" width="20" height="20" />}
            {verb} {name}
          </a>
        </li>
      ))}
    </ul>
  );
}
