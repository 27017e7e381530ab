import { readReference } from '../../aws/secrets/references.ts';
import { isFilledIn } from '../service/reference.ts';
import { isSecret } from '../service/secret-names.ts';
import type { Readable } from './read-secrets.ts';

/** The settings of a stage. */
export interface StageSettings {
  /** As they stand in the functions' environment. */
  readonly given: Readonly<Record<string, string>>;
  /** With what they refer to in its place. */
  readonly readable: Readable;
}

/** One line for each setting that becomes another, without the value of a secret. */
export function changesOf(before: StageSettings, after: StageSettings): string[] {
  const names = new Set([...Object.keys(before.given), ...Object.keys(after.given)]);
  return [...names].sort().flatMap((name) => {
    const [from = '', to = ''] = [before.given[name], after.given[name]];
    if (isSecret(name)) return secretChange(name, [from, to], [before.readable[name], after.readable[name]]);
    return from === to ? [] : `  ${name}: ${from || 'unset'} -> ${to || 'unset'}`;
  });
}

function secretChange(
  name: string,
  [from, to]: readonly [string, string],
  [was, is]: readonly [string | undefined, string | undefined],
): string[] {
  const isSame = was !== undefined && (was || undefined) === (is || undefined);
  // A value that CloudFormation has filled in stands in the environment as it is.
  if (from === to || (isSame && isFilledIn(to) && !readReference(from)) || (!from && !to)) return [];
  return [`  ${name}: ${isSame ? 'the same value' : 'changed'}, ${placeOf(from)} -> ${placeOf(to)}`];
}

function placeOf(given: string): string {
  if (given === '') return 'unset';
  return readReference(given) || isFilledIn(given) ? given : 'a value in the environment';
}

/** Secrets that CloudFormation fills in and that have another value by now. */
export function rotatedUnseen(before: StageSettings, after: StageSettings): string[] {
  return Object.keys(after.given).filter(
    (name) =>
      isFilledIn(after.given[name]) &&
      before.given[name] !== undefined &&
      !readReference(before.given[name]) &&
      before.given[name] !== after.readable[name],
  );
}
