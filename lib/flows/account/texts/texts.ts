import * as de from './de.ts';
import * as en from './en.ts';

export const pageTexts = { en: en.pages, de: de.pages };
export const letterTexts = { en: en.letters, de: de.letters };
export const eventTexts = { en: en.events, de: de.events };
export const noticeTexts = { en: en.notices, de: de.notices };
export const problemTexts = { de: de.problems };
