import * as z from 'zod/mini';
import { type Operation, operation } from '../web/operation.ts';
import { changeEmail, changePassword, deleteAccount, listActivity } from './account/operations.ts';
import { resendVerification, undoEmailChange, verifyEmail } from './email-address/operations.ts';
import { forgotPassword, resetPassword } from './password-reset/operations.ts';
import { endSession } from './sessions/operations.ts';
import { Id, Name, Text } from './shared/fields.ts';
import { signIn, signOut, signUp } from './sign-in/operations.ts';

/** A path of our own to go to afterwards; any other text counts as none. */
const Next = z.optional(Text);
const NextQuery = z.object({ next: Next });
const TokenQuery = z.object({ token: z.optional(Text) });

const shown = { 200: { description: 'The page.' } };
const shownToSignedIn = { ...shown, 303: { description: 'Nobody is signed in: to the page that signs in.' } };
const done = { 303: { description: 'Done: to the page that comes next.' } };

/** A box to tick. Forms leave out one that is not ticked, so it is ticked to be forgotten: absent means remembered. */
const NotRemembered = z.optional(z.literal('false'));

/** What forms send is what the JSON routes take. */
const bodyOf = <B extends z.ZodMiniType>({ body }: Operation<B>) => body as B;

export const homePage = operation({
  method: 'get',
  path: '/',
  summary: 'Greets who is signed in',
  page: true,
  answers: shown,
});

export const signUpPage = operation({
  method: 'get',
  path: '/sign-up',
  summary: 'The form to create an account',
  page: true,
  query: NextQuery,
  answers: { ...shown, 303: { description: 'Somebody is signed in already.' } },
});

export const signUpForm = operation({
  method: 'post',
  path: '/sign-up',
  summary: 'Create an account and sign in',
  page: true,
  body: z.extend(bodyOf(signUp), { next: Next }),
  answers: done,
  problems: signUp.problems ?? [],
});

export const signInPage = operation({
  method: 'get',
  path: '/sign-in',
  summary: 'The form to sign in',
  page: true,
  query: NextQuery,
  answers: { ...shown, 303: { description: 'Somebody is signed in already.' } },
});

export const signInForm = operation({
  method: 'post',
  path: '/sign-in',
  summary: 'Sign in',
  page: true,
  body: z.extend(bodyOf(signIn), { remember: NotRemembered, next: Next }),
  answers: done,
  problems: signIn.problems ?? [],
});

export const signOutForm = operation({
  method: 'post',
  path: '/sign-out',
  summary: 'Sign out',
  page: true,
  body: z.strictObject({ next: Next }),
  answers: done,
  problems: signOut.problems ?? [],
});

export const forgotPasswordPage = operation({
  method: 'get',
  path: '/forgot-password',
  summary: 'The form to ask for a link to choose a new password',
  page: true,
  answers: shown,
});

export const forgotPasswordForm = operation({
  method: 'post',
  path: '/forgot-password',
  summary: 'Ask for a link to choose a new password',
  page: true,
  body: bodyOf(forgotPassword),
  answers: done,
  problems: forgotPassword.problems ?? [],
});

export const resetPasswordPage = operation({
  method: 'get',
  path: '/reset-password',
  summary: 'The form to choose a new password, to which a mail links',
  page: true,
  query: TokenQuery,
  answers: shown,
});

export const resetPasswordForm = operation({
  method: 'post',
  path: '/reset-password',
  summary: 'Choose a new password',
  page: true,
  body: bodyOf(resetPassword),
  answers: done,
  problems: resetPassword.problems ?? [],
});

export const verifyEmailPage = operation({
  method: 'get',
  path: '/verify-email',
  summary:
    'The button that confirms an address, to which a mail links; without a token, the one to ask again',
  page: true,
  query: TokenQuery,
  answers: shown,
});

export const verifyEmailForm = operation({
  method: 'post',
  path: '/verify-email',
  summary: 'Confirm an address; without a token, ask for the mail again',
  page: true,
  body: z.extend(bodyOf(resendVerification), {
    token: z.optional(bodyOf(verifyEmail).shape.token),
    password: bodyOf(verifyEmail).shape.password,
  }),
  answers: { 303: { description: 'Done; or nobody is signed in for whom to ask again.' } },
  problems: verifyEmail.problems ?? [],
});

export const undoEmailPage = operation({
  method: 'get',
  path: '/undo-email',
  summary: 'The form that takes an old address back, to which a mail links',
  page: true,
  query: TokenQuery,
  answers: shown,
});

export const undoEmailForm = operation({
  method: 'post',
  path: '/undo-email',
  summary: 'Take an old address back',
  page: true,
  body: bodyOf(undoEmailChange),
  answers: done,
  problems: undoEmailChange.problems ?? [],
});

export const settingsPage = operation({
  method: 'get',
  path: '/settings',
  summary: 'Name, e-mail address, password, export and leaving',
  page: true,
  signedIn: true,
  answers: shownToSignedIn,
});

export const settingsForm = operation({
  method: 'post',
  path: '/settings',
  summary: 'One of the forms of the settings',
  page: true,
  signedIn: true,
  body: z.discriminatedUnion('form', [
    z.strictObject({ form: z.literal('name'), name: z.optional(Name) }),
    z.extend(bodyOf(changeEmail), { form: z.literal('email') }),
    z.extend(bodyOf(changePassword), { form: z.literal('password') }),
    z.extend(bodyOf(deleteAccount), { form: z.literal('leave') }),
  ]),
  answers: { 303: { description: 'Done; or nobody is signed in.' } },
  problems: [...new Set([changePassword, changeEmail].flatMap(({ problems = [] }) => problems))],
});

export const changePasswordAddress = operation({
  method: 'get',
  path: '/.well-known/change-password',
  summary: 'Where password managers send people to change their password',
  page: true,
  answers: { 302: { description: 'To the settings.' } },
});

export const devicesPage = operation({
  method: 'get',
  path: '/devices',
  summary: 'The sessions of who is signed in, with a button to end each',
  page: true,
  signedIn: true,
  answers: shownToSignedIn,
});

export const devicesForm = operation({
  method: 'post',
  path: '/devices',
  summary: 'End one session, or all others',
  page: true,
  signedIn: true,
  body: z.union([z.strictObject({ id: Id }), z.strictObject({ others: z.literal('true') })], {
    error: 'Choose a session to end.',
  }),
  answers: { 303: { description: 'Done; or nobody is signed in.' } },
  problems: endSession.problems ?? [],
});

export const activityPage = operation({
  method: 'get',
  path: '/activity',
  summary: 'What happened on the account',
  page: true,
  signedIn: true,
  query: listActivity.query as NonNullable<typeof listActivity.query>,
  answers: shownToSignedIn,
});
