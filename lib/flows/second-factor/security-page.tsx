import type { ComponentChildren } from 'preact';
import type { FactorsView } from '../../users/second-factors.ts';
import { Form, type FormState, untouched } from '../../web/page/form.tsx';
import { Time } from '../../web/page/time.tsx';
import { fewCodesLeft } from './few-codes-left.ts';

/** What somebody can show to sign in, and what to do with it. */
export function Security({ factors, state }: { factors: FactorsView; state: FormState }) {
  const { password, totp, recoveryCodesLeft: left } = factors;
  return (
    <div class="middle">
      <h1>Security</h1>
      <p class="lead">What you can show to sign in.</p>
      {state.fault && (
        <div class="notice bad" role="alert">
          <p>{state.fault}</p>
        </div>
      )}

      <Part id="password" title="Password" tag={password ? ['good', 'set'] : ['bad', 'not set']}>
        <p>
          You change it in your <a href="/settings#your-password">settings</a>.
        </p>
      </Part>

      <Part id="app" title="Authenticator app" tag={totp ? ['good', 'on'] : ['', 'off']}>
        {totp ? (
          <>
            <p>
              Signing in asks for a code of it after the password. Added <Time at={totp.createdAt} />, last
              used <Time at={totp.lastUsedAt} />.
            </p>
            <p>If you remove it, the password alone lets you in, and every other device is signed out.</p>
            <Button form="remove_app" label="Remove the app" look="grave" />
          </>
        ) : (
          <>
            <p>An app on your phone shows a new code every 30 seconds. Signing in asks for it too.</p>
            <Button form="add_app" label="Add an app" />
          </>
        )}
      </Part>

      {totp && (
        <Part id="codes" title="Recovery codes" tag={[left <= fewCodesLeft ? 'bad' : 'good', `${left} left`]}>
          <p>Each lets you in once, where the app is lost. New ones take the place of those that you have.</p>
          <Button form="make_codes" label="Make new codes" look="second" />
        </Part>
      )}
    </div>
  );
}

interface PartProps {
  id: string;
  title: string;
  /** How it stands, in a word. */
  tag: readonly [look: 'good' | 'bad' | '', text: string];
  children: ComponentChildren;
}

function Part({ id, title, tag: [look, text], children }: PartProps) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        {title} <span class={`tag ${look}`.trim()}>{text}</span>
      </h2>
      {children}
    </section>
  );
}

function Button({ form, label, look }: { form: string; label: string; look?: 'grave' | 'second' }) {
  return (
    <Form
      id={form}
      action="/security"
      state={untouched}
      hidden={{ form }}
      fields={[]}
      submit={label}
      {...(look && { look })}
    />
  );
}
