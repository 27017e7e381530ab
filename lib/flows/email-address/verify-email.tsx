import { Form, type FormState } from '../../web/page/form.tsx';
import { Filled, useReader, useTexts } from '../../web/page/reader.tsx';
import { emailField } from '../shared/form-fields.ts';
import type { LinkPageProps } from '../shared/link-page.tsx';
import { WhoseLink } from '../shared/mailed-link.tsx';
import { changeEmail } from '../shared/token-kinds.ts';
import { pageTexts } from './texts/texts.ts';

export function VerifyEmail({ state, token, link, visitor }: LinkPageProps) {
  const texts = useTexts(pageTexts).verify;
  return (
    <div class="narrow card">
      <h1>{texts.title}</h1>
      <WhoseLink link={link} visitor={visitor} />
      {link.purpose === changeEmail.purpose && (
        <p>
          <Filled text={texts.change} email={<strong>{link.email}</strong>} />
        </p>
      )}
      <p>{texts.lead}</p>
      <Form
        id="verify"
        action="/verify-email"
        state={state}
        hidden={{ token }}
        fields={[]}
        submit={texts.submit}
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
  const { language } = useReader();
  const { verify, resend: texts } = pageTexts[language];
  return (
    <div class="narrow card">
      <h1>{verify.title}</h1>
      <p>{texts.lead}</p>
      {by === 'nobody' ? (
        <p>
          <Filled
            text={texts.signInFirst}
            signIn={<a href="/sign-in?next=%2Fverify-email">{texts.signIn}</a>}
          />
        </p>
      ) : (
        <Form
          id="resend"
          action="/verify-email"
          state={state}
          fields={by === 'address' ? [emailField(language)] : []}
          submit={texts.submit}
        />
      )}
    </div>
  );
}
