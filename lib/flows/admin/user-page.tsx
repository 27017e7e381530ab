import type { ComponentChildren } from 'preact';
import type { Language } from '../../base/language.ts';
import { type FieldProps, Form, type FormState, untouched } from '../../web/page/form.tsx';
import { Part } from '../../web/page/part.tsx';
import { useReader } from '../../web/page/reader.tsx';
import { nameField } from './name-field.ts';
import { rolesField } from './roles-field.ts';
import type { UserDetails } from './service.ts';
import { pageTexts } from './texts/texts.ts';
import { type ShownFactors, UserFactors, UserFacts, UserSessions } from './user-facts.tsx';

interface UserPageProps {
  details: UserDetails;
  factors: ShownFactors;
  /** The form that was sent, with what is wrong in it. */
  sent: { form: string; state: FormState };
}

export function UserPage({ details, factors, sent }: UserPageProps) {
  const { user, disabled, locked, sessions } = details;
  const { language } = useReader();
  const texts = pageTexts[language];
  const form = (name: string) => ({
    id: name,
    action: `/admin/people/${user.id}`,
    state: sent.form === name ? sent.state : untouched,
    hidden: { form: name },
  });
  const button = (name: string, submit: string, look: 'grave' | 'second' = 'second') => (
    <Form {...form(name)} fields={[]} submit={submit} look={look} />
  );
  const hasSecond = factors.totp !== null || factors.passkeys.length > 0;
  return (
    <div class="middle">
      <h1>{user.email}</h1>
      <p class="actions">
        <a href="/admin">{texts.user.all}</a>
        <a href={`/admin/events?user=${user.id}`}>{texts.user.events}</a>
      </p>
      <UserFacts details={details} />

      <Part id="name-part" title={texts.name.title}>
        <Form
          {...form('name')}
          fields={[{ ...nameField(language), ...(user.name !== null && { initial: user.name }) }]}
          submit={texts.name.submit}
          look="second"
        />
        <div class="apart">
          <Form
            {...form('roles')}
            fields={[{ ...rolesField(language), initial: user.roles.join(', ') }]}
            submit={texts.name.submitRoles}
            look="second"
          />
        </div>
      </Part>

      <Part id="address-part" title={texts.address.title}>
        {button('reset', texts.address.reset)}
        {user.emailVerified ? (
          <Sure summary={texts.address.unconfirm} text={texts.address.unconfirmText}>
            {button('unconfirm', texts.address.submitUnconfirm, 'grave')}
          </Sure>
        ) : (
          <div class="apart">{button('confirm', texts.address.confirm)}</div>
        )}
        {locked && (
          <div class="apart">
            <p>{texts.address.locked}</p>
            {button('lock', texts.address.unlock)}
          </div>
        )}
      </Part>

      <Part id="factors-part" title={texts.factors.title}>
        <UserFactors factors={factors} />
        {hasSecond && (
          <Sure summary={texts.factors.remove} text={texts.factors.removeText}>
            {button('factors', texts.factors.submitRemove, 'grave')}
          </Sure>
        )}
      </Part>

      <Part id="sessions-part" title={texts.sessions.title}>
        <UserSessions sessions={sessions} />
        {sessions.length > 0 && (
          <Sure summary={texts.sessions.end} text={texts.sessions.endText}>
            {button('sessions', texts.sessions.end, 'grave')}
          </Sure>
        )}
      </Part>

      <Part id="grave-part" title={texts.grave.title} grave>
        {disabled ? (
          button('enable', texts.grave.enable)
        ) : (
          <Sure summary={texts.grave.disable} text={texts.grave.disableText} isOpen={sent.form === 'disable'}>
            {button('disable', texts.grave.disable, 'grave')}
          </Sure>
        )}
        <Sure summary={texts.grave.erase} text={texts.grave.eraseText} isOpen={sent.form === 'delete'}>
          <Form
            {...form('delete')}
            fields={[sameAddress(language)]}
            submit={texts.grave.erase}
            look="grave"
          />
        </Sure>
      </Part>
    </div>
  );
}

/** Typed, so that nobody deletes the account of the page before. */
const sameAddress = (language: Language): FieldProps => ({
  name: 'email',
  label: pageTexts[language].user.sureAddress,
  type: 'email',
  autocomplete: 'off',
});

/** What takes something away says so first: its button is not there at once. */
function Sure(props: { summary: string; text: string; isOpen?: boolean; children: ComponentChildren }) {
  const { summary, text, isOpen = false, children } = props;
  return (
    <details open={isOpen}>
      <summary>{summary}</summary>
      <p>{text}</p>
      {children}
    </details>
  );
}
