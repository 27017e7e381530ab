/** So many in so long, counted from the first, as the flows declare it. */
export interface Rule {
  /** As the `RateLimit` header fields name it. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  /** True where people who share a network address share it: `RATE_LIMIT_FACTOR` multiplies it. */
  readonly perNetwork?: true;
  /** True where what reaches it is locked until somebody opens it: metrics count that as a lockout. */
  readonly locks?: true;
  /** What the answer over it says, where that is not to wait and try again. */
  readonly detail?: string;
}

/** What this room counts: each under a rule that a flow declares. */
export type Rules = Readonly<
  Record<
    | 'pair'
    | 'account'
    | 'network'
    | 'device'
    | 'outdatedDevices'
    | 'signUp'
    | 'signUpSite'
    | 'mailAddress'
    | 'mailNetwork'
    | 'mailLocked'
    | 'mailUnconfirmed'
    | 'changeEmail'
    | 'changeEmailNetwork'
    | 'token'
    | 'currentPassword'
    | 'secondFactor'
    | 'waitingSignIn'
    | 'emailCode'
    | 'emailCodeAddress'
    | 'emailCodeNetwork',
    Rule
  >
>;

/** The rules with `RATE_LIMIT_FACTOR` in them; one that it multiplies lets at least one through. */
export function multiplied(rules: Rules, factor: number): Rules {
  const rule = (each: Rule): Rule =>
    each.perNetwork ? { ...each, limit: Math.max(1, Math.round(each.limit * factor)) } : each;
  return Object.fromEntries(Object.entries(rules).map(([what, each]) => [what, rule(each)])) as Rules;
}
