import type { FieldError } from '../../base/problem.ts';

/** What a form shows beside its fields: what was typed, and what is wrong with it. */
export interface FormState {
  /** By field, never a password. */
  readonly values: Readonly<Record<string, string>>;
  /** By field; those of no field of the form stand above it. */
  readonly errors: readonly FieldError[];
  /** What is wrong with the whole. */
  readonly fault?: string;
}

/** A form as it is first shown. */
export const untouched: FormState = { values: {}, errors: [] };

/** A field of a form. */
export interface FieldProps {
  name: string;
  label: string;
  type: 'text' | 'email' | 'password';
  autocomplete:
    | 'name'
    | 'username'
    | 'username webauthn'
    | 'email'
    | 'current-password'
    | 'new-password'
    | 'one-time-code'
    | 'off';
  /** Which keyboard a telephone shows, where that is not the type's. */
  inputMode?: 'numeric';
  hint?: string;
  optional?: boolean;
  /**
   * Not of passwords: browsers cut off what is pasted and say nothing, and count UTF-16 units where the server counts
   * characters.
   */
  maxLength?: number;
  /** Where the user has typed nothing yet. */
  initial?: string;
}
