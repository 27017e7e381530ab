/** What must be true of one session, as its owner may conclude from the answers so far. */
export interface Device {
  cookie: string;
  /** The session's public id, where the answer told it. */
  sessionId: string;
  /** `unsure` where a request that may have ended it got no answer that says so. */
  state: 'live' | 'ended' | 'unsure';
  /** True while a request that may end it is under way. */
  ending: boolean;
}

/** What must be true of one account. */
export interface Account {
  readonly email: string;
  userId: string | undefined;
  /** True once a sign-up or sign-in was acknowledged. */
  acknowledged: boolean;
  /** Every password that may be the one: more than one after a change that got no answer. */
  passwords: string[];
  devices: Device[];
}

/** What a run found and counted. */
export interface Tally {
  requests: number;
  /** Answers by status, `killed` for those whose instance was. */
  answers: Map<string, number>;
  signUps: number;
  sessions: number;
  ended: number;
  passwordChanges: number;
  slowestMs: number;
  /** `performance.now()` of answers that took the database and succeeded. */
  successes: number[];
  /** Broken promises, in words. */
  lost: string[];
}

export function newTally(): Tally {
  return {
    requests: 0,
    answers: new Map(),
    signUps: 0,
    sessions: 0,
    ended: 0,
    passwordChanges: 0,
    slowestMs: 0,
    successes: [],
    lost: [],
  };
}
