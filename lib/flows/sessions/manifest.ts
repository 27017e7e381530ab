import type { Flow } from '../flow.ts';

export const sessions = {
  name: 'sessions',
  tag: 'Sessions',
  description: 'The sessions of who is signed in, on all devices.',
  events: ['session_ended', 'other_sessions_ended', 'all_sessions_ended'],
  notices: ['session_ended', 'others_ended'],
} as const satisfies Flow;
