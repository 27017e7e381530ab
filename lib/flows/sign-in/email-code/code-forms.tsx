import type { Language } from '../../../base/language.ts';
import { CheckBox } from '../../../web/page/check-box.tsx';
import { type FieldProps, Form, type FormState, HiddenFields } from '../../../web/page/form.tsx';
import { emailCodePath, signInPath } from '../../../web/page/next-path.ts';
import { Filled, useReader } from '../../../web/page/reader.tsx';
import { emailField } from '../../shared/form-fields.ts';
import { WaitingSignIn } from '../../shared/waiting-sign-in.tsx';
import { pageTexts as signInTexts } from '../texts/texts.ts';
import { pageTexts } from './texts/texts.ts';

interface CodeFormProps {
  state: FormState;
  next: string | undefined;
  /** True where a sign-in waits for its second factor. */
  waiting: boolean;
}

const codeField = (language: Language): FieldProps => ({
  name: 'code',
  label: pageTexts[language].enter.code,
  type: 'text',
  autocomplete: 'one-time-code',
  inputMode: 'numeric',
  hint: pageTexts[language].enter.hint,
});

/** The first step: where the code goes. */
export function AskForCode({ state, next, waiting }: CodeFormProps) {
  const { language } = useReader();
  const { ask: texts, back } = pageTexts[language];
  return (
    <div class="narrow">
      {waiting && <WaitingSignIn next={next} />}
      <div class="card">
        <h1>{texts.title}</h1>
        <p>{texts.lead}</p>
        <Form
          id="ask"
          action="/sign-in/code"
          state={state}
          hidden={{ form: 'ask', next }}
          fields={[emailField(language)]}
          submit={texts.submit}
        />
      </div>
      <p class="below">
        <a href={signInPath(next)}>{back}</a>
      </p>
    </div>
  );
}

/** The second step: what the mail says. */
export function EnterCode({ state, next, waiting, email }: CodeFormProps & { email: string }) {
  const { language } = useReader();
  const { enter: texts, back } = pageTexts[language];
  return (
    <div class="narrow">
      {waiting && <WaitingSignIn next={next} />}
      <div class="card">
        <h1>{texts.title}</h1>
        <p>{texts.lead(email)}</p>
        <Form
          id="confirm"
          action="/sign-in/code"
          state={state}
          hidden={{ form: 'confirm', next }}
          fields={[codeField(language)]}
          submit={texts.submit}
        >
          <CheckBox
            id="confirm-remember"
            name="remember"
            value="false"
            {...signInTexts[language].forget}
            isTicked={state.values.remember === 'false'}
          />
        </Form>
      </div>
      <form method="post" action="/sign-in/code" class="below">
        <HiddenFields values={{ form: 'ask', email, next }} />
        <button type="submit" class="plain">
          {texts.again}
        </button>
      </form>
      <p class="below">
        <Filled
          text={texts.notYours}
          another={<a href={emailCodePath(next, { anew: true })}>{texts.another}</a>}
        />
      </p>
      <p class="below">
        <a href={signInPath(next)}>{back}</a>
      </p>
    </div>
  );
}
