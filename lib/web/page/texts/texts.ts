import * as de from './de.ts';
import * as en from './en.ts';

export const frameTexts = { en: en.frame, de: de.frame };
export const formTexts = { en: en.forms, de: de.forms };
export const errorTexts = { en: en.errors, de: de.errors };
export const problemTexts = { de: de.problems };
