/** From where somebody calls, as far as the request tells. */
export interface Caller {
  readonly ip: string | null;
  /** The User-Agent header as sent, cut short. */
  readonly userAgent: string | null;
}
