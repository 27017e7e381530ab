import type { Flow } from '../flow.ts';

export const sessions = {
  name: 'sessions',
  tag: 'Sessions',
  description: 'The sessions of who is signed in, on all devices.',
  events: {
    session_ended: 'A session was ended',
    other_sessions_ended: 'All other sessions were ended',
    all_sessions_ended: 'All sessions were ended',
  },
} as const satisfies Flow;
