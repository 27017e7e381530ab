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
  notices: {
    session_ended: 'The session has ended. That device is signed out.',
    others_ended: 'Every other session has ended.',
  },
} as const satisfies Flow;
