import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Code, Id, Name, Password, RecoveryCode } from '../shared/fields.ts';
import { refusedPasskey } from '../shared/invalid-passkey.ts';
import { shared } from '../shared/manifest.ts';
import { bodyOf, done, Next, NextQuery, shown } from '../shared/page-operation.ts';
import { AuthenticationResponse, inForm, PasskeyId, RegistrationResponse } from '../shared/passkey-fields.ts';
import { secondFactor as manifest } from './manifest.ts';
import { answerSecondFactor, confirmTotp, reauthenticate } from './operations.ts';

const { passkey_taken, too_many_passkeys, provider_linked } = manifest.problems;

const CodeForm = z.strictObject({ form: z.literal('code'), code: Code, next: Next });
const RecoveryCodeForm = z.strictObject({
  form: z.literal('recovery_code'),
  recoveryCode: RecoveryCode,
  next: Next,
});

const PasskeyForm = z.strictObject({
  form: z.literal('passkey'),
  passkey: inForm(AuthenticationResponse),
  next: Next,
});

export const secondFactorPage = operation({
  method: 'get',
  path: '/second-factor',
  summary: 'The forms for the second factor that a sign-in waits for',
  page: true,
  query: NextQuery,
  answers: { ...shown, 303: { description: 'No sign-in waits.' } },
});

export const secondFactorForm = operation({
  method: 'post',
  path: '/second-factor',
  summary: 'Show the second factor',
  page: true,
  body: z.discriminatedUnion('form', [CodeForm, RecoveryCodeForm, PasskeyForm]),
  answers: { 303: { description: 'Signed in: to the page that comes next. Or no sign-in waits.' } },
  problems: answerSecondFactor.problems ?? [],
});

const toSignIn = { 303: { description: 'Nobody is signed in: to the page that signs in.' } };

export const reauthenticatePage = operation({
  method: 'get',
  path: '/reauthenticate',
  summary: 'The forms to show anew who one is',
  page: true,
  needs: 'session',
  query: NextQuery,
  answers: { ...shown, ...toSignIn },
});

export const reauthenticateForm = operation({
  method: 'post',
  path: '/reauthenticate',
  summary: 'Show anew who you are',
  page: true,
  needs: 'session',
  body: z.discriminatedUnion('form', [
    CodeForm,
    RecoveryCodeForm,
    PasskeyForm,
    z.strictObject({ form: z.literal('password'), currentPassword: Password, next: Next }),
  ]),
  answers: done,
  problems: reauthenticate.problems ?? [],
});

export const passkeyScriptFile = operation({
  method: 'get',
  path: '/passkeys-{hash}.js',
  summary: 'The script of the pages that show and make passkeys',
  description: 'Its address changes with what is in it, so that it is kept for good.',
  page: true,
  params: z.object({ hash: Id }),
  answers: { 200: { description: 'The script.', mediaType: 'text/javascript' } },
  problems: ['not_found'],
});

/** Of what only who has just shown who they are may do. */
const toReauthenticate = {
  303: {
    description: 'Done. Or nobody is signed in, or has to show anew who they are: to the page for that.',
  },
};

export const securityPage = operation({
  method: 'get',
  path: '/security',
  summary: 'What one can show to sign in: a password, passkeys, an authenticator app and recovery codes',
  page: true,
  needs: 'session',
  answers: { ...shown, ...toSignIn },
});

export const securityForm = operation({
  method: 'post',
  path: '/security',
  summary: 'One of the forms of what one can show',
  description:
    'Without `credential`, `add_passkey` adds none: it leads to where one shows anew who one is, if that is needed.',
  page: true,
  needs: 'session',
  body: z.discriminatedUnion('form', [
    z.strictObject({ form: z.enum(['add_app', 'remove_app', 'make_codes', 'remove_password']) }),
    z.strictObject({
      form: z.literal('add_passkey'),
      name: z.optional(Name),
      credential: z.optional(inForm(RegistrationResponse)),
    }),
    z.strictObject({ form: z.literal('rename_passkey'), id: PasskeyId, name: Name }),
    z.strictObject({ form: z.literal('remove_passkey'), id: PasskeyId }),
    z.strictObject({ form: z.enum(['link_provider', 'unlink_provider']), id: Id }),
  ]),
  answers: {
    200: { description: 'The new recovery codes, shown this once; or the way to the provider.' },
    ...toReauthenticate,
  },
  problems: [
    refusedPasskey,
    passkey_taken,
    too_many_passkeys,
    provider_linked,
    shared.problems.last_way_in,
    'not_found',
  ],
});

export const newAppPage = operation({
  method: 'get',
  path: '/security/app',
  summary: 'The QR code of a new authenticator app, and the form for its first code',
  page: true,
  needs: 'session',
  answers: { ...shown, ...toReauthenticate },
});

export const newAppForm = operation({
  method: 'post',
  path: '/security/app',
  summary: 'Give the first code of an authenticator app',
  page: true,
  needs: 'session',
  body: bodyOf(confirmTotp),
  answers: { 200: { description: 'The recovery codes, shown this once.' }, ...toReauthenticate },
  problems: confirmTotp.problems ?? [],
});
