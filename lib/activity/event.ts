/** One entry of a user's activity. */
export interface ActivityEvent {
  readonly id: string;
  /** What happened; stable, as clients may show a text of their own for each kind. */
  readonly type: string;
  readonly at: Date;
  readonly ip: string | null;
  /** As sent. */
  readonly userAgent: string | null;
}
