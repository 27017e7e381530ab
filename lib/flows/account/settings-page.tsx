import type { Language } from '../../base/language.ts';
import type { User } from '../../users/user.ts';
import { type FieldProps, Form, type FormState, untouched } from '../../web/page/form.tsx';
import { Part } from '../../web/page/part.tsx';
import { useReader, useTexts } from '../../web/page/reader.tsx';
import { ConfirmAddress } from '../shared/confirm-address.tsx';
import { longestName } from '../shared/fields.ts';
import { newPasswordField } from '../shared/form-fields.ts';
import { LanguagePart } from './language-form.tsx';
import { pageTexts } from './texts/texts.ts';

export type SettingsForm = 'name' | 'language' | 'email' | 'password' | 'export' | 'leave';

interface SettingsProps {
  user: User;
  /** Who has none is not asked for it. */
  hasPassword: boolean;
  leastPassword: number;
  /** The form that was sent, with what is wrong in it. */
  sent?: { form: string; state: FormState };
}

const currentPassword = (language: Language): FieldProps => ({
  name: 'currentPassword',
  label: pageTexts[language].settings.currentPassword,
  type: 'password',
  autocomplete: 'current-password',
});

export function Settings({ user, hasPassword, leastPassword, sent }: SettingsProps) {
  const { language } = useReader();
  const texts = pageTexts[language];
  const current = hasPassword ? [currentPassword(language)] : [];
  const props = (form: SettingsForm) => ({
    id: form,
    action: '/settings',
    state: sent?.form === form ? sent.state : untouched,
    hidden: { form },
  });
  return (
    <div class="middle">
      <h1>{texts.settings.title}</h1>
      <p class="lead">{texts.settings.lead(user.email)}</p>
      {!user.emailVerified && <ConfirmAddress user={user} />}

      <Part id="your-name" title={texts.name.title}>
        <Form
          {...props('name')}
          fields={[
            {
              name: 'name',
              label: texts.name.field,
              type: 'text',
              autocomplete: 'name',
              optional: true,
              maxLength: longestName,
              ...(user.name && { initial: user.name }),
            },
          ]}
          submit={texts.name.submit}
          look="second"
        />
      </Part>

      <LanguagePart user={user} form={props('language')} />

      <Part id="your-email" title={texts.email.title}>
        <p>
          {user.email} <Verified user={user} />
        </p>
        <Form
          {...props('email')}
          username={user.email}
          fields={[
            {
              name: 'newEmail',
              label: texts.email.field,
              type: 'email',
              autocomplete: 'email',
              hint: texts.email.hint,
            },
            ...current,
          ]}
          submit={texts.email.submit}
          look="second"
        />
      </Part>

      <Part id="your-password" title={texts.password.title}>
        <p>{hasPassword ? texts.password.change : texts.password.none}</p>
        <Form
          {...props('password')}
          username={user.email}
          fields={[...current, newPasswordField(leastPassword, language)]}
          submit={hasPassword ? texts.password.submitChange : texts.password.submitFirst}
          look="second"
        />
      </Part>

      <Part id="your-second-factor" title={texts.factors.title}>
        <p>{texts.factors.text}</p>
        <p>
          <a class="button second" href="/security">
            {texts.factors.link}
          </a>
        </p>
      </Part>

      <Part id="your-data" title={texts.data.title}>
        <p>{texts.data.text}</p>
        <Form {...props('export')} fields={[]} submit={texts.data.submit} look="second" />
      </Part>

      <Part id="leaving" title={texts.leaving.title} grave>
        <p>{texts.leaving.text}</p>
        <Form
          {...props('leave')}
          username={user.email}
          fields={current}
          submit={texts.leaving.submit}
          look="grave"
        />
      </Part>
    </div>
  );
}

function Verified({ user }: { user: User }) {
  const texts = useTexts(pageTexts).email;
  return user.emailVerified ? (
    <span class="tag good">{texts.confirmed}</span>
  ) : (
    <span class="tag bad">{texts.unconfirmed}</span>
  );
}
