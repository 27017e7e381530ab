import { Form } from '../../web/page/form.tsx';
import type { LinkPageProps } from '../shared/link-page.tsx';
import { AccountName, WhoseLink } from '../shared/mailed-link.tsx';

/** Where the link of a closed sign-up is confirmed, with the password that was chosen then. */
export function ConfirmSignUp({ state, token, link, visitor }: LinkPageProps) {
  return (
    <div class="narrow card">
      <h1>Confirm your e-mail address</h1>
      <WhoseLink link={link} visitor={visitor} />
      <p>
        One more step: enter the password that you chose when you signed up. If you did not sign up, leave
        this page; no account is made.
      </p>
      <Form
        id="confirm"
        action="/verify-email"
        state={state}
        hidden={{ token }}
        fields={[{ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' }]}
        submit="Confirm and create account"
      >
        <AccountName address={link.email} />
      </Form>
      <p class="below">
        Not the password that you know? Use the link of your own sign-up, or{' '}
        <a href="/sign-up">sign up again</a>
      </p>
    </div>
  );
}
