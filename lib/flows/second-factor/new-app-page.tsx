import type { ComponentChildren } from 'preact';
import { Form, type FormState } from '../../web/page/form.tsx';
import { Filled, useReader, useTexts } from '../../web/page/reader.tsx';
import { codeField } from './factor-forms.tsx';
import { pageTexts } from './texts/texts.ts';

interface NewAppProps {
  /** The secret that waits for its first code; null where none does. */
  shown: { secret: string; qrCode: ComponentChildren } | null;
  state: FormState;
}

/** How an authenticator app takes the secret over. */
export function NewApp({ shown, state }: NewAppProps) {
  const texts = useTexts(pageTexts).newApp;
  return (
    <div class="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        {shown ? <Steps {...shown} state={state} /> : <Begin />}
      </div>
      <p class="below">
        <a href="/security">{texts.back}</a>
      </p>
    </div>
  );
}

function Steps({ secret, qrCode, state }: NonNullable<NewAppProps['shown']> & { state: FormState }) {
  const { language } = useReader();
  const texts = pageTexts[language].newApp;
  return (
    <>
      <p>{texts.scan}</p>
      {qrCode}
      <p>
        <Filled text={texts.type} secret={<code class="secret">{inGroups(secret)}</code>} />
      </p>
      <Form
        id="new-app"
        action="/security/app"
        state={state}
        fields={[{ ...codeField(language), hint: texts.codeHint }]}
        submit={texts.submit}
      />
    </>
  );
}

function Begin() {
  const texts = useTexts(pageTexts).newApp;
  return (
    <>
      <p>{texts.nothing}</p>
      <Form
        id="begin"
        action="/security"
        state={{ values: {}, errors: [] }}
        hidden={{ form: 'add_app' }}
        fields={[]}
        submit={texts.again}
      />
    </>
  );
}

/** As it is easier to type; apps take it with spaces. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}
