import type { ComponentChildren } from 'preact';
import { Form, type FormState } from '../../web/page/form.tsx';
import { codeField } from './factor-forms.tsx';

interface NewAppProps {
  /** The secret that waits for its first code; null where none does. */
  shown: { secret: string; qrCode: ComponentChildren } | null;
  state: FormState;
}

/** How an authenticator app takes the secret over. */
export function NewApp({ shown, state }: NewAppProps) {
  return (
    <div class="narrow">
      <div class="card">
        <h1>Add an authenticator app</h1>
        {shown ? <Steps {...shown} state={state} /> : <Begin />}
      </div>
      <p class="below">
        <a href="/security">Back to security</a>
      </p>
    </div>
  );
}

function Steps({ secret, qrCode, state }: NonNullable<NewAppProps['shown']> & { state: FormState }) {
  return (
    <>
      <p>Scan this with an authenticator app on your phone.</p>
      {qrCode}
      <p>
        Or type this into the app: <code class="secret">{inGroups(secret)}</code>
      </p>
      <Form
        id="new-app"
        action="/security/app"
        state={state}
        fields={[{ ...codeField, hint: 'The six digits that the app shows now. You have 10 minutes.' }]}
        submit="Add the app"
      />
    </>
  );
}

function Begin() {
  return (
    <>
      <p>There is nothing to scan: it is kept for 10 minutes, and until its first code is given.</p>
      <Form
        id="begin"
        action="/security"
        state={{ values: {}, errors: [] }}
        hidden={{ form: 'add_app' }}
        fields={[]}
        submit="Begin again"
      />
    </>
  );
}

/** As it is easier to type; apps take it with spaces. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}
