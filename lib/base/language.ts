/** The languages that pages and mails speak; the first, to whoever asks for none of them. */
export const languages = ['en', 'de'] as const;

export type Language = (typeof languages)[number];

/** The same texts in each language. */
export type Texts<T> = Readonly<Record<Language, T>>;

/** Each in its own words: whoever reads one finds it. */
export const languageNames: Texts<string> = { en: 'English', de: 'Deutsch' };

/** For whom a page or a mail is written. */
export interface Reader {
  readonly language: Language;
  /** How dates and numbers are written: a language tag (BCP 47) of the same language, such as `en-US`. */
  readonly locale: string;
}

const locales: Texts<string> = { en: 'en-GB', de: 'de-DE' };

/**
 * A reader of a language.
 *
 * @param tags what the reader asks for, most wanted first: the first with a region of the language says how dates look.
 */
export function readerOf(language: Language = languages[0], tags: readonly string[] = []): Reader {
  // Nothing but a region: what else a tag may say, such as another calendar, is not for a header to choose.
  const isOurs = (tag: string) =>
    /^[a-z]{2}-[a-z]{2}$/i.test(tag) && tag.slice(0, 2).toLowerCase() === language;
  const [locale = locales[language]] = Intl.DateTimeFormat.supportedLocalesOf(tags.filter(isOurs));
  return { language, locale };
}

/** A language as it is stored; null where there is none, or none that this release has: a later one may have more. */
export function knownLanguage(stored: unknown): Language | null {
  return languages.find((language) => language === stored) ?? null;
}

/** One and many of each. */
const units: Texts<Record<'minute' | 'hour', readonly [string, string]>> = {
  en: { minute: ['minute', 'minutes'], hour: ['hour', 'hours'] },
  de: { minute: ['Minute', 'Minuten'], hour: ['Stunde', 'Stunden'] },
};

/**
 * How long something lasts, in the words of a language: "10 minutes", "24 Stunden". Texts are made of it when a function
 * starts, and Node's own formats of numbers would take 6 % of that.
 */
export function duration(ms: number, language: Language): string {
  const minutes = ms / 60_000;
  const [count, unit] = minutes < 60 ? ([minutes, 'minute'] as const) : ([minutes / 60, 'hour'] as const);
  const [one, many] = units[language][unit];
  return `${count} ${count === 1 ? one : many}`;
}
