/** What must be true of one session, as its owner may conclude from the answers so far. */
export interface Device {
  cookie: string;
  /** The session's public id, where an answer has told it. */
  sessionId: string;
  /** `unsure` where a request that may have ended it got no answer that says so. */
  state: 'live' | 'ended' | 'unsure';
  /** How many requests that may end it were begun, and how many of them are under way. */
  endingsBegun: number;
  endingsUnderWay: number;
}

/** What must be true of one account. */
export interface Account {
  readonly email: string;
  userId: string | undefined;
  /** True once a sign-up or sign-in was acknowledged. */
  acknowledged: boolean;
  /** Every password that may be the one, oldest first: more than one after a change that got no answer. */
  passwords: string[];
  /** Every name that it may have, and when each was asked for (`performance.now()`). */
  names: { name: string; askedAt: number }[];
  devices: Device[];
  /** When a change of the password got no answer: for 15 s after, nobody may sign in (`performance.now()`). */
  changeLeftAt: number;
  /** Sign-ins since every other session was ended: from 50 on the product ends the oldest by itself. */
  signIns: number;
}

/** A broken promise: what kind, whose, and when (`performance.now()`). */
export interface Loss {
  kind: string;
  detail: string;
  at: number;
}

/** What a run found and counted. */
export interface Tally {
  requests: number;
  /** Answers by status; `killed` for those whose instance was. */
  answers: Map<string, number>;
  signUps: number;
  sessions: number;
  ended: number;
  passwordChanges: number;
  renames: number;
  /** The slowest answer: milliseconds, and to what. */
  slowest: { ms: number; what: string };
  /** Answers that took the database and succeeded: when each was asked for and came (`performance.now()`). */
  successes: { askedAt: number; at: number }[];
  /** Since when nothing has happened to the database (`performance.now()`); Infinity while something does. */
  calmSince: number;
  lost: Loss[];
  lose(kind: string, detail: string): void;
}

export function newTally(): Tally {
  const lost: Loss[] = [];
  return {
    requests: 0,
    answers: new Map(),
    signUps: 0,
    sessions: 0,
    ended: 0,
    passwordChanges: 0,
    renames: 0,
    slowest: { ms: 0, what: 'nothing' },
    successes: [],
    calmSince: 0,
    lost,
    lose: (kind, detail) => void lost.push({ kind, detail, at: performance.now() }),
  };
}

export function newAccount(email: string): Account {
  return {
    email,
    userId: undefined,
    acknowledged: false,
    passwords: [`the first password of ${email}`],
    names: [{ name: 'Caller', askedAt: Number.NEGATIVE_INFINITY }],
    devices: [],
    changeLeftAt: Number.NEGATIVE_INFINITY,
    signIns: 0,
  };
}
