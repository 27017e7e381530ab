import { Form, type FormState } from '../../web/page/form.tsx';
import { useReader } from '../../web/page/reader.tsx';
import { emailField } from '../shared/form-fields.ts';
import { nameField } from './name-field.ts';
import { rolesField } from './roles-field.ts';
import { pageTexts } from './texts/texts.ts';

export function InvitationPage({ state }: { state: FormState }) {
  const { language } = useReader();
  const texts = pageTexts[language].invitation;
  return (
    <div class="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <p>{texts.lead}</p>
        <Form
          id="invitation"
          action="/admin/invitation"
          state={state}
          fields={[
            { ...emailField(language), autocomplete: 'off' },
            nameField(language),
            rolesField(language),
          ]}
          submit={texts.submit}
        />
      </div>
      <p class="below">
        <a href="/admin">{texts.back}</a>
      </p>
    </div>
  );
}
