export const events = {
  session_ended: 'A session was ended',
  other_sessions_ended: 'All other sessions were ended',
  all_sessions_ended: 'All sessions were ended',
};

export const notices = {
  session_ended: 'The session has ended. That device is signed out.',
  others_ended: 'Every other session has ended.',
};

export const pages = {
  devices: {
    title: 'Devices',
    lead: 'Where you are signed in. A session that you end fails at its next request.',
    unknown: 'Unknown device',
    current: 'This device',
    inUse: 'In use now',
    used: 'Last used {at}',
    from: (ip: string) => `, from ${ip}`,
    life: 'Signed in {since}. Ends {until} if it is not used.',
    signOut: 'Sign out here',
    end: 'End session',
    /** Read aloud after either, where several say the same. */
    which: 'of {name}, signed in {since}',
  },
  others: {
    title: 'Not all of them yours?',
    lead: 'End every session but this one, then {choose}.',
    choose: 'choose a new password',
    submit: 'End all other sessions',
  },
};
