import { Form } from '../../web/page/form.tsx';
import { Filled, useTexts } from '../../web/page/reader.tsx';
import type { LinkPageProps } from '../shared/link-page.tsx';
import { AccountName, WhoseLink } from '../shared/mailed-link.tsx';
import { pageTexts } from './texts/texts.ts';

/** Where the link of a closed sign-up is confirmed, with the password that was chosen then. */
export function ConfirmSignUp({ state, token, link, visitor }: LinkPageProps) {
  const { verify, signUp: texts } = useTexts(pageTexts);
  return (
    <div class="narrow card">
      <h1>{verify.title}</h1>
      <WhoseLink link={link} visitor={visitor} />
      <p>{texts.lead}</p>
      <Form
        id="confirm"
        action="/verify-email"
        state={state}
        hidden={{ token }}
        fields={[
          { name: 'password', label: texts.password, type: 'password', autocomplete: 'current-password' },
        ]}
        submit={texts.submit}
      >
        <AccountName address={link.email} />
      </Form>
      <p class="below">
        <Filled text={texts.forgotten} again={<a href="/sign-up">{texts.again}</a>} />
      </p>
    </div>
  );
}
