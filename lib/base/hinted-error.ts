/** An error of ours that knows what an operator has to do. The log shows its hint, as it shows no message. */
export class HintedError extends Error {
  override readonly name: string = 'HintedError';
  /** In words of ours alone: neither an address nor what was asked. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
