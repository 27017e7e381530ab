import * as de from './de.ts';
import * as en from './en.ts';

export const pageTexts = { en: en.pages, de: de.pages };
