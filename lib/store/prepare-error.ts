/** A database that could not be prepared; says nothing of hosts and credentials, which only its address may know. */
export class PrepareError extends Error {
  override readonly name = 'PrepareError';
  /** What to do, where more is known than that the server did not do it. */
  readonly hint: string | undefined;

  /** @param reason the name or code of what failed, and nothing of its message. */
  constructor(reason: string, options: { cause: unknown; hint?: string | undefined }) {
    super(reason, { cause: options.cause });
    this.hint = options.hint;
  }
}
