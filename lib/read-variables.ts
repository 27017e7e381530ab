/** What is wrong with a variable; the message never has its value in it. */
class Fault extends Error {}

/** Makes a variable's value of its text, which is undefined where it is unset; throws a {@link Fault}. */
export type Read<T> = (text: string | undefined) => T;

/** @throws {Fault} where it does not hold. */
export function check(holds: boolean, message: string): void {
  if (!holds) throw new Fault(message);
}

/** One that must be set. */
export const needed =
  <T>(message: string, read: (text: string) => T): Read<T> =>
  (text) => {
    if (text === undefined) throw new Fault(message);
    return read(text);
  };

/** One that may be unset, and then is `fallback`. */
export const optional =
  <T, F>(fallback: F, read: (text: string) => T): Read<T | F> =>
  (text) =>
    text === undefined ? fallback : read(text);

export const trimmed = (text: string) => text.trim();

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
export const oneOf = <const T extends string>(values: readonly T[], fallback: NoInfer<T>, message: string) =>
  optional<T, T>(fallback, (text) => {
    check((values as readonly string[]).includes(text), message);
    return text as T;
  });

export const flag: Read<boolean> = (text) =>
  oneOf(['true', 'false'], 'false', 'true or false; unset means false')(text) === 'true';

/** What readers make of their variables. */
export type Values<Readers extends Record<string, Read<unknown>>> = {
  [Name in keyof Readers]: ReturnType<Readers[Name]>;
};

/** Every variable's value, and for those that are bad what is wrong with them. */
export function readVariables<Readers extends Record<string, Read<unknown>>>(
  readers: Readers,
  present: Record<string, string>,
): { values: Values<Readers>; faults: Map<string, string> } {
  const values: Record<string, unknown> = {};
  const faults = new Map<string, string>();
  for (const [name, read] of Object.entries(readers)) {
    try {
      values[name] = read(present[name]);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.set(name, error.message);
    }
  }
  return { values: values as Values<Readers>, faults };
}
