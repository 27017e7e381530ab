/** One mail, rendered. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The way out for mails. */
export interface Mailer {
  /**
   * Resolves when the mail has been taken over.
   *
   * @param userId whom it is about, for who keeps mails; null where that user is gone.
   * @throws where it has not: try again later.
   */
  send(mail: Mail, userId: string | null): Promise<void>;
}
