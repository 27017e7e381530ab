export const events = {
  session_ended: 'A session was ended',
  other_sessions_ended: 'All other sessions were ended',
  all_sessions_ended: 'All sessions were ended',
};

export const notices = {
  session_ended: 'The session has ended. That device is signed out.',
  others_ended: 'Every other session has ended.',
};
