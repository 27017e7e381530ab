import * as de from './de.ts';
import * as en from './en.ts';
import * as toldDe from './told/de.ts';
import * as toldEn from './told/en.ts';

export const pageTexts = { en: en.pages, de: de.pages };
export const letterTexts = { en: toldEn.letters, de: toldDe.letters };
export const eventTexts = { en: toldEn.events, de: toldDe.events };
export const noticeTexts = { en: en.notices, de: de.notices };
export const problemTexts = { de: de.problems };
