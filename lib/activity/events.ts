/** What is written to a user's activity; stable, as clients may show a text of their own for each. */
export const eventTypes = [
  'sign_up',
  'sign_in',
  'sign_in_failed',
  'sign_out',
  'session_ended',
  'other_sessions_ended',
  'all_sessions_ended',
  'name_changed',
  'wrong_password',
  'password_changed',
  'password_reset',
  'email_verified',
  'email_change_requested',
  'email_changed',
  'email_change_undone',
] as const;

export type EventType = (typeof eventTypes)[number];

/** One entry of a user's activity. */
export interface ActivityEvent {
  readonly id: string;
  readonly type: EventType;
  readonly at: Date;
  readonly ip: string | null;
  /** As sent. */
  readonly userAgent: string | null;
}
