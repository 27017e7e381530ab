import type { Flow } from '../flow.ts';
import { invitation } from '../shared/token-kinds.ts';

export const admin = {
  name: 'admin',
  tag: 'Administration',
  description:
    'For the role `admin`, with a proven second factor where `ADMIN_SECOND_FACTOR` says so. To everybody else there is nothing here: 404. What is done is in the activity of both, with `by`.',
  events: [
    'invited',
    'roles_changed',
    'account_disabled',
    'account_enabled',
    'name_set_by_admin',
    'email_marked_confirmed',
    'email_marked_unconfirmed',
    'sessions_ended_by_admin',
    'factors_removed_by_admin',
    'sign_in_unlocked',
    'reset_sent_by_admin',
  ],
  notices: [
    'user_invited',
    'user_changed',
    'user_disabled',
    'user_enabled',
    'user_sessions_ended',
    'user_factors_removed',
    'user_unlocked',
    'user_reset_sent',
    'user_deleted',
  ],
  tokens: [invitation],
} as const satisfies Flow;
