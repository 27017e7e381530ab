import { duration, type Language, languages } from '../base/language.ts';

/** What a token may be spent on, as the flows declare it. */
export interface TokenKind {
  /** Stable, as tokens that are under way carry it. */
  readonly purpose: string;
  readonly lifetimeMs: number;
  /** What one did that has been spent, and how to go on: told to who spends it again. */
  readonly used: string;
  /**
   * True where each change of the credentials has a token of its own. Else a user has one of the kind, and a newer
   * takes its place.
   */
  readonly onePerChange?: true;
}

/** How long a token of the kind lives, as texts say it: "10 minutes", "24 hours". */
export function lifetimeOf({ lifetimeMs }: TokenKind, language: Language = languages[0]): string {
  return duration(lifetimeMs, language);
}
