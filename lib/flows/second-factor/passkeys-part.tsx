import type { PasskeyView } from '../../users/passkey-view.ts';
import type { FactorsView } from '../../users/second-factors.ts';
import { type FieldProps, Form, type FormState, untouched } from '../../web/page/form.tsx';
import { Time } from '../../web/page/time.tsx';
import { longestName } from '../shared/fields.ts';
import { PasskeyForm } from '../shared/passkey-form.tsx';
import { passkeyCreationOptions } from './operations.ts';
import { Button, Part } from './security-parts.tsx';

interface PasskeysPartProps {
  factors: FactorsView;
  /** The form that was sent, with what is wrong in it, and the passkey that it is about. */
  sent: { form: string; id: string | undefined; state: FormState };
}

const nameField: FieldProps = {
  name: 'name',
  label: 'Name',
  type: 'text',
  autocomplete: 'off',
  maxLength: longestName,
};

/** Somebody's passkeys, and what to do with them. */
export function PasskeysPart({ factors: { passkeys, password, totp }, sent }: PasskeysPartProps) {
  const isOnly = passkeys.length === 1 && !totp;
  return (
    <Part
      id="passkeys"
      title="Passkeys"
      tag={passkeys.length > 0 ? ['good', String(passkeys.length)] : ['', 'none']}
    >
      <p>
        Your fingerprint, your face or a key signs you in, in place of the password. A passkey works on this
        site alone, so that a false one gets nothing.
        {passkeys.length === 0 &&
          password &&
          ' Once you have one, signing in asks for it after the password.'}
      </p>
      {passkeys.length > 0 && (
        <ul class="list">
          {passkeys.map((passkey) => (
            <Item
              key={passkey.id}
              passkey={passkey}
              afterwards={isOnly && password ? 'the password alone lets you in, and every' : 'every'}
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
        fields={[
          {
            ...nameField,
            optional: true,
            hint: 'To tell it from others. Without one it is called after what keeps it.',
          },
        ]}
        without="A passkey is added in a browser that knows passkeys, with JavaScript switched on."
        submit="Add a passkey"
        look="second"
      />
    </Part>
  );
}

interface ItemProps {
  passkey: PasskeyView;
  /** How the sentence begins that says what comes of removing it. */
  afterwards: string;
  state: FormState;
}

function Item({ passkey, afterwards, state }: ItemProps) {
  const { id, name, createdAt, lastUsedAt, backedUp } = passkey;
  return (
    <li>
      <div>
        <h3>
          {name}
          {backedUp && <span class="tag">synced</span>}
        </h3>
        <p class="quiet">
          Added <Time at={createdAt} />,{' '}
          {lastUsedAt ? (
            <>
              last used <Time at={lastUsedAt} />
            </>
          ) : (
            'not used yet'
          )}
        </p>
        <details open={state.errors.length > 0}>
          <summary>
            Rename or remove <span class="hidden">{name}</span>
          </summary>
          <Form
            id={`rename-${id}`}
            action="/security"
            state={state}
            hidden={{ form: 'rename_passkey', id }}
            fields={[{ ...nameField, initial: name }]}
            submit="Save the name"
            look="second"
          />
          <p class="apart">If you remove it, {afterwards} other device is signed out.</p>
          <Button form="remove_passkey" of={passkey} label="Remove this passkey" look="grave" />
        </details>
      </div>
    </li>
  );
}
