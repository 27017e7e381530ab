import { lifetimeOf } from '../../tokens/token-kind.ts';
import { Form, type FormState } from '../../web/page/form.tsx';
import { emailField } from '../shared/form-fields.ts';
import type { LinkPageProps } from '../shared/link-page.tsx';
import { WhoseLink } from '../shared/mailed-link.tsx';
import { changeEmail, verifyEmail } from '../shared/token-kinds.ts';

export function VerifyEmail({ state, token, link, visitor }: LinkPageProps) {
  return (
    <div class="narrow card">
      <h1>Confirm your e-mail address</h1>
      <WhoseLink link={link} visitor={visitor} />
      {link.purpose === changeEmail.purpose && (
        <p>
          It is to have the address <strong>{link.email}</strong> from then on. Confirm it only if that
          account is yours.
        </p>
      )}
      <p>One more step, so that nothing is confirmed by a program that only opens the link.</p>
      <Form
        id="verify"
        action="/verify-email"
        state={state}
        hidden={{ token }}
        fields={[]}
        submit="Confirm address"
      />
    </div>
  );
}

/** Where a mail to confirm an address is asked for once more. */
export function ResendVerification({
  state,
  by,
}: {
  state: FormState;
  /** By address, as whoever is signed in, or only after signing in. */
  by: 'address' | 'session' | 'nobody';
}) {
  return (
    <div class="narrow card">
      <h1>Confirm your e-mail address</h1>
      <p>Follow the link in the mail that we have sent you. It works for {lifetimeOf(verifyEmail)}.</p>
      {by === 'nobody' ? (
        <p>
          To have it sent again, <a href="/sign-in?next=%2Fverify-email">sign in</a>.
        </p>
      ) : (
        <Form
          id="resend"
          action="/verify-email"
          state={state}
          fields={by === 'address' ? [emailField] : []}
          submit="Send the mail again"
        />
      )}
    </div>
  );
}
