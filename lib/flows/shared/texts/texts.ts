import * as de from './de.ts';
import * as en from './en.ts';

export const sharedTexts = { en: en.pages, de: de.pages };
export const sharedLetterTexts = { en: en.letters, de: de.letters };
export const deviceTexts = { en: en.device, de: de.device };
export const eventTexts = { en: en.events, de: de.events };
export const noticeTexts = { en: en.notices, de: de.notices };
export const problemTexts = { de: de.problems };
