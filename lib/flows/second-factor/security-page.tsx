import type { ProviderSettings } from '../../base/provider-settings.ts';
import type { FactorsView } from '../../users/second-factors.ts';
import type { FormState } from '../../web/page/form.tsx';
import { Filled, useTexts } from '../../web/page/reader.tsx';
import { Time } from '../../web/page/time.tsx';
import { fewCodesLeft } from './few-codes-left.ts';
import { PasskeysPart } from './passkeys-part.tsx';
import { ProvidersPart } from './providers-part.tsx';
import { Button, Part } from './security-parts.tsx';
import { pageTexts } from './texts/texts.ts';

interface SecurityProps {
  factors: FactorsView;
  /** Those that there are. */
  providers: readonly ProviderSettings[];
  /** The form that was sent, with what is wrong in it, and the passkey that it is about. */
  sent: { form: string; id: string | undefined; state: FormState };
}

/** What somebody can show to sign in, and what to do with it. */
export function Security({ factors, providers, sent }: SecurityProps) {
  const { totp, passkeys, recoveryCodesLeft: left } = factors;
  const { fault } = sent.state;
  const { security, codes } = useTexts(pageTexts);
  return (
    <div class="middle">
      <h1>{security.title}</h1>
      <p class="lead">{security.lead}</p>
      {fault && sent.form !== 'add_passkey' && (
        <div class="notice bad" role="alert">
          <p>{fault}</p>
        </div>
      )}
      <PasswordPart factors={factors} />
      <PasskeysPart factors={factors} sent={sent} />
      <AppPart factors={factors} />
      <ProvidersPart factors={factors} offered={providers} />
      {(totp || passkeys.length > 0) && (
        <Part id="codes" title={codes.title} tag={[left <= fewCodesLeft ? 'bad' : 'good', codes.left(left)]}>
          <p>{codes.lead(codes[lostFactor(factors)])}</p>
          <Button form="make_codes" label={codes.make} look="second" />
        </Part>
      )}
    </div>
  );
}

function lostFactor({ totp, passkeys }: FactorsView) {
  if (passkeys.length === 0) return 'lostApp';
  return totp ? 'lostEither' : 'lostPasskey';
}

function PasswordPart({
  factors: { password, passkeys, providers, worksWithoutPassword },
}: {
  factors: FactorsView;
}) {
  const texts = useTexts(pageTexts).password;
  const settings = <a href="/settings#your-password">{texts.settings}</a>;
  if (!password)
    return (
      <Part id="password" title={texts.title} tag={['', texts.none]}>
        <p>
          {providers.length > 0 ? texts.byProvider : texts.byPasskey}{' '}
          <Filled text={texts.canSet} settings={settings} />
        </p>
      </Part>
    );
  return (
    <Part id="password" title={texts.title} tag={['good', texts.set]}>
      <p>
        <Filled text={texts.change} settings={settings} />
      </p>
      {passkeys.length > 0 && !worksWithoutPassword && <p>{texts.canDoWithout}</p>}
      {worksWithoutPassword && (
        <details>
          <summary>{texts.doWithout}</summary>
          <p>
            {texts.removed} {passkeys.length > 0 ? texts.mailAndCode : texts.mail}
          </p>
          <Button form="remove_password" label={texts.remove} look="grave" />
        </details>
      )}
    </Part>
  );
}

function AppPart({ factors: { password, totp, passkeys } }: { factors: FactorsView }) {
  const texts = useTexts(pageTexts).app;
  if (!totp)
    return (
      <Part id="app" title={texts.title} tag={['', texts.off]}>
        <p>
          {texts.lead}
          {password && ` ${texts.afterPassword}`}
        </p>
        <Button form="add_app" label={texts.add} />
      </Part>
    );
  const asks = passkeys.length > 0 ? texts.asksEither : texts.asks;
  return (
    <Part id="app" title={texts.title} tag={['good', texts.on]}>
      <p>
        {password ? asks : texts.shows}{' '}
        <Filled text={texts.used} added={<Time at={totp.createdAt} />} used={<Time at={totp.lastUsedAt} />} />
      </p>
      <p>{password && passkeys.length === 0 ? texts.onlyPassword : texts.removed}</p>
      <Button form="remove_app" label={texts.remove} look="grave" />
    </Part>
  );
}
