import type { StoreKind } from './store-kind.ts';

/** What is wrong with a variable; the message never has its value in it. */
class Fault extends Error {}

/** What a variable's value may depend on beside its text. */
export interface About {
  /** Every variable that is set. */
  readonly present: Readonly<Record<string, string>>;
  /** Undefined where no stage is named: then nothing is asked that depends on it. */
  readonly deployed: boolean | undefined;
  readonly insideLambda: boolean;
  readonly isConnectionString: (uri: string) => boolean;
  /** Whether the stores in SQL take it as the name of the sessions' table. */
  readonly isSessionTable: (name: string) => boolean;
  /** The one store whose code is here; undefined where every one's is. */
  readonly bundledStore: StoreKind | undefined;
}

/** Makes a variable's value of its text, which is undefined where it is unset; throws a {@link Fault}. */
export type Read<T> = (text: string | undefined, about: About) => T;

/** A value of the configuration: the variable it comes from, and how it is read. */
export interface Setting<T> {
  readonly variable: string;
  readonly read: Read<T>;
}

export const of = <T>(variable: string, read: Read<T>): Setting<T> => ({ variable, read });

/** @throws {Fault} where it does not hold. */
export function check(holds: boolean, message: string): void {
  if (!holds) throw new Fault(message);
}

/** One that must be set. */
export const needed =
  <T>(message: string, read: (text: string, about: About) => T): Read<T> =>
  (text, about) => {
    if (text === undefined) throw new Fault(message);
    return read(text, about);
  };

/** One that may be unset, and then is `fallback`. */
export const optional =
  <T, F>(fallback: F, read: (text: string, about: About) => T) =>
  (text: string | undefined, about: About): T | F =>
    text === undefined ? fallback : read(text, about);

/** The parts between commas, without spaces around them and without empty ones. */
export const listOf = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Text of which something holds, as it is. */
export const where = (holds: (text: string) => boolean, message: string) => (text: string) => {
  check(holds(text), message);
  return text;
};

export const nameMessage = 'a name of letters, digits, "_" and "-", at most 60 characters';

export const matching = (form: RegExp, message: string) => where((text) => form.test(text), message);

/** A number of that form, from least to most. */
export const numeric = (form: RegExp, [least, most]: [number, number], fallback: number, message: string) =>
  optional(fallback, (text) => {
    const value = Number(text);
    check(form.test(text) && value >= least && value <= most, message);
    return value;
  });

export const whole = (least: number, most: number, fallback: number) => {
  const message = `a whole number from ${least} to ${most}; unset means ${fallback}`;
  return numeric(/^\s*\d{1,12}\s*$/, [least, most], fallback, message);
};

/** One of some words, as they are written. */
export const oneOf =
  <const T extends string>(values: readonly T[], fallback: NoInfer<T>, message: string) =>
  (text: string | undefined): T => {
    check(text === undefined || (values as readonly string[]).includes(text), message);
    return (text ?? fallback) as T;
  };

export const flag = (text: string | undefined): boolean =>
  oneOf(['true', 'false'], 'false', 'true or false; unset means false')(text) === 'true';

/** A value to be read: of which variable, how, and the key it then has. */
interface Wanted {
  readonly key: string;
  readonly variable: string;
  readonly read: Read<unknown>;
}

/** Every value by its key, and for the variables that are bad what is wrong with them. */
export function readVariables(
  wanted: readonly Wanted[],
  about: About,
): { values: Record<string, unknown>; faults: Map<string, string> } {
  const values: Record<string, unknown> = {};
  const faults = new Map<string, string>();
  for (const { key, variable, read } of wanted) {
    try {
      values[key] = read(about.present[variable], about);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.set(variable, error.message);
    }
  }
  return { values, faults };
}
