import type { Language } from '../../base/language.ts';
import type { PasskeyView } from '../../users/passkey-view.ts';
import type { FactorsView } from '../../users/second-factors.ts';
import { type FieldProps, Form, type FormState, untouched } from '../../web/page/form.tsx';
import { Filled, useReader } from '../../web/page/reader.tsx';
import { Time } from '../../web/page/time.tsx';
import { longestName } from '../shared/fields.ts';
import { PasskeyForm } from '../shared/passkey-form.tsx';
import { passkeyCreationOptions } from './operations.ts';
import { Button, Part } from './security-parts.tsx';
import { pageTexts } from './texts/texts.ts';

interface PasskeysPartProps {
  factors: FactorsView;
  /** The form that was sent, with what is wrong in it, and the passkey that it is about. */
  sent: { form: string; id: string | undefined; state: FormState };
}

const nameField = (language: Language): FieldProps => ({
  name: 'name',
  label: pageTexts[language].fields.passkeyName,
  type: 'text',
  autocomplete: 'off',
  maxLength: longestName,
});

/** Somebody's passkeys, and what to do with them. */
export function PasskeysPart({ factors: { passkeys, password, totp }, sent }: PasskeysPartProps) {
  const { language } = useReader();
  const { fields, passkeys: texts } = pageTexts[language];
  const isOnly = passkeys.length === 1 && !totp;
  return (
    <Part
      id="passkeys"
      title={texts.title}
      tag={passkeys.length > 0 ? ['good', String(passkeys.length)] : ['', texts.none]}
    >
      <p>
        {texts.lead}
        {passkeys.length === 0 && password && ` ${texts.afterPassword}`}
      </p>
      {passkeys.length > 0 && (
        <ul class="list">
          {passkeys.map((passkey) => (
            <Item
              key={passkey.id}
              passkey={passkey}
              afterwards={isOnly && password ? texts.onlyPassword : texts.removed}
              state={sent.form === 'rename_passkey' && sent.id === passkey.id ? sent.state : untouched}
            />
          ))}
        </ul>
      )}
      <PasskeyForm
        id="add-passkey"
        action="/security"
        state={sent.form === 'add_passkey' ? sent.state : untouched}
        act="create"
        options={passkeyCreationOptions.path}
        answer="credential"
        hidden={{ form: 'add_passkey' }}
        fields={[{ ...nameField(language), optional: true, hint: fields.passkeyNameHint }]}
        without={texts.noScript}
        submit={texts.add}
        look="second"
      />
    </Part>
  );
}

interface ItemProps {
  passkey: PasskeyView;
  /** What comes of removing it. */
  afterwards: string;
  state: FormState;
}

function Item({ passkey, afterwards, state }: ItemProps) {
  const { id, name, createdAt, lastUsedAt, backedUp } = passkey;
  const { language } = useReader();
  const texts = pageTexts[language].passkeys;
  return (
    <li>
      <div>
        <h3>
          {name}
          {backedUp && <span class="tag">{texts.synced}</span>}
        </h3>
        <p class="quiet">
          <Filled
            text={lastUsedAt ? texts.used : texts.notUsed}
            added={<Time at={createdAt} />}
            used={lastUsedAt && <Time at={lastUsedAt} />}
          />
        </p>
        <details open={state.errors.length > 0}>
          <summary>
            <Filled text={texts.change} name={<span class="hidden">{name}</span>} />
          </summary>
          <Form
            id={`rename-${id}`}
            action="/security"
            state={state}
            hidden={{ form: 'rename_passkey', id }}
            fields={[{ ...nameField(language), initial: name }]}
            submit={texts.rename}
            look="second"
          />
          <p class="apart">{afterwards}</p>
          <Button form="remove_passkey" of={passkey} label={texts.remove} look="grave" />
        </details>
      </div>
    </li>
  );
}
