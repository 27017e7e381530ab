import type { ProviderSettings } from '../../base/provider-settings.ts';
import { useTexts } from '../../web/page/reader.tsx';
import type * as en from './texts/en.ts';
import { sharedTexts } from './texts/texts.ts';

interface ProviderButtonsProps {
  providers: readonly Pick<ProviderSettings, 'id' | 'name' | 'icon'>[];
  /** What to do there; `signInAnew` is for who is signed in already, and shows again who they are. */
  act: keyof typeof en.pages.providers;
  next?: string | undefined;
}

/** A way to each provider; none where there is none. */
export function ProviderButtons({ providers, act, next }: ProviderButtonsProps) {
  const says = useTexts(sharedTexts).providers[act];
  const fields = new URLSearchParams({
    ...(next && { next }),
    ...(act === 'signInAnew' && { anew: 'true' }),
  });
  const query = fields.size > 0 ? `?${fields}` : '';
  if (providers.length === 0) return null;
  return (
    <ul class="providers">
      {providers.map(({ id, name, icon }) => (
        <li key={id}>
          <a class="button second" href={`/sign-in/with/${id}${query}`}>
            {icon && <img src={icon} alt="" width="20" height="20" />}
            {says(name)}
          </a>
        </li>
      ))}
    </ul>
  );
}
