/**
 * What happens in a request or a job, and is counted of the whole service. The names are for dashboards and alarms:
 * the table in OPERATING says what each means.
 */
export const tallies = [
  ...(['signUps', 'signIns', 'signInFailures', 'lockouts', 'rateLimited'] as const),
  ...(['mailJobsHandedOver', 'mailJobsLost', 'mailJobsDone', 'mailJobsFailed'] as const),
  ...(['databaseRefusals', 'databaseOutages', 'notReady'] as const),
] as const;

export type Tally = (typeof tallies)[number];
