/** One entry of a user's activity. */
export interface ActivityEvent {
  readonly id: string;
  /** What happened; stable, as clients may show a text of their own for each kind. */
  readonly type: string;
  readonly at: Date;
  readonly ip: string | null;
  /** As sent. */
  readonly userAgent: string | null;
  /** The user who did it, where that is an administrator; {@link theOperator} for a command. */
  readonly by?: string | undefined;
  /** Of what an administrator did, in the administrator's own activity: to whom. */
  readonly about?: string | undefined;
}

/** One entry of anybody's activity. */
export interface UserEvent extends ActivityEvent {
  readonly userId: string;
}

/** In `by`: whoever runs commands on the database, which no session shows. */
export const theOperator = 'operator';
