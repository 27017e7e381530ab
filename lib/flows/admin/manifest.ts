import type { Flow } from '../flow.ts';

export const admin = {
  name: 'admin',
  events: {
    roles_changed: 'Roles changed by an administrator',
    account_disabled: 'Account disabled by an administrator',
    account_enabled: 'Account enabled by an administrator',
    sessions_ended_by_admin: 'All sessions ended by an administrator',
  },
} as const satisfies Flow;
