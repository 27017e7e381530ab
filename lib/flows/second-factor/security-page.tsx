import type { ProviderSettings } from '../../base/provider-settings.ts';
import type { FactorsView } from '../../users/second-factors.ts';
import type { FormState } from '../../web/page/form.tsx';
import { Time } from '../../web/page/time.tsx';
import { fewCodesLeft } from './few-codes-left.ts';
import { PasskeysPart } from './passkeys-part.tsx';
import { ProvidersPart } from './providers-part.tsx';
import { Button, Part } from './security-parts.tsx';

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
  return (
    <div class="middle">
      <h1>Security</h1>
      <p class="lead">What you can show to sign in.</p>
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
        <Part id="codes" title="Recovery codes" tag={[left <= fewCodesLeft ? 'bad' : 'good', `${left} left`]}>
          <p>
            Each lets you in once, where {lostFactor(factors)} is lost. New ones take the place of those that
            you have.
          </p>
          <Button form="make_codes" label="Make new codes" look="second" />
        </Part>
      )}
    </div>
  );
}

function lostFactor({ totp, passkeys }: FactorsView): string {
  if (passkeys.length === 0) return 'the app';
  return totp ? 'the app or a passkey' : 'a passkey';
}

function PasswordPart({
  factors: { password, passkeys, providers, worksWithoutPassword },
}: {
  factors: FactorsView;
}) {
  const settings = <a href="/settings#your-password">settings</a>;
  if (!password)
    return (
      <Part id="password" title="Password" tag={['', 'none']}>
        <p>
          {providers.length > 0 ? 'You sign in without one.' : 'You sign in with a passkey alone.'} You can
          set a password in your {settings}.
        </p>
      </Part>
    );
  return (
    <Part id="password" title="Password" tag={['good', 'set']}>
      <p>You change it in your {settings}.</p>
      {passkeys.length > 0 && !worksWithoutPassword && (
        <p>Once you have signed in with a passkey alone, you can do without a password.</p>
      )}
      {worksWithoutPassword && (
        <details>
          <summary>Do without a password</summary>
          <p>
            You sign in without one then, and every other device is signed out. If you lose what is left, a
            mail lets you set a new password
            {passkeys.length > 0 && ', and after it you need one of your recovery codes'}.
          </p>
          <Button form="remove_password" label="Remove the password" look="grave" />
        </details>
      )}
    </Part>
  );
}

function AppPart({ factors: { password, totp, passkeys } }: { factors: FactorsView }) {
  if (!totp)
    return (
      <Part id="app" title="Authenticator app" tag={['', 'off']}>
        <p>
          An app on your phone shows a new code every 30 seconds.
          {password && ' Signing in asks for it after the password.'}
        </p>
        <Button form="add_app" label="Add an app" />
      </Part>
    );
  const asks = passkeys.length > 0 ? 'a code of it, or for a passkey,' : 'a code of it';
  return (
    <Part id="app" title="Authenticator app" tag={['good', 'on']}>
      <p>
        {password
          ? `Signing in asks for ${asks} after the password.`
          : 'A code of it shows who you are, before you change what matters.'}{' '}
        Added <Time at={totp.createdAt} />, last used <Time at={totp.lastUsedAt} />.
      </p>
      <p>
        If you remove it,{' '}
        {password && passkeys.length === 0 ? 'the password alone lets you in, and every' : 'every'} other
        device is signed out.
      </p>
      <Button form="remove_app" label="Remove the app" look="grave" />
    </Part>
  );
}
