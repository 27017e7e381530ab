import type { ProviderSettings } from '../../base/provider-settings.ts';

interface ProviderButtonsProps {
  providers: readonly Pick<ProviderSettings, 'id' | 'name' | 'icon'>[];
  /** What to do there, before its name. */
  verb: string;
  next?: string | undefined;
  /** True where who is signed in shows again who they are. */
  anew?: boolean;
}

/** A way to each provider; none where there is none. */
export function ProviderButtons({ providers, verb, next, anew }: ProviderButtonsProps) {
  const fields = new URLSearchParams({ ...(next && { next }), ...(anew && { anew: 'true' }) });
  const query = fields.size > 0 ? `?${fields}` : '';
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
