import { type Language, languages } from '../../base/language.ts';

/**
 * What problems and fields say in a language, by what they say in English, which is how the API says it. In both `{}`
 * stands for what differs; what stands there is looked up too.
 */
export type Messages = Readonly<Record<string, string>>;

/** Of each language but the first, whose messages are the API's own. */
export type AllMessages = Readonly<Record<Exclude<Language, (typeof languages)[0]>, Messages>>;

/** A message in a language; one that is not known, as it is. */
export type Translate = (message: string, language: Language) => string;

export function createTranslate(all: AllMessages): Translate {
  return function translate(message, language) {
    if (language === languages[0]) return message;
    const messages = all[language];
    const exact = Object.hasOwn(messages, message) ? messages[message] : undefined;
    if (exact !== undefined) return exact;
    for (const [english, theirs] of Object.entries(messages)) {
      const parts = partsOf(english, message);
      if (parts) return theirs.replaceAll('{}', () => translate(parts.shift() ?? '', language));
    }
    return message;
  };
}

/** What a message has where a text with `{}` leaves it open; undefined where it is another message. */
function partsOf(english: string, message: string): string[] | undefined {
  if (!english.includes('{}')) return undefined;
  const pattern = english.split('{}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('(.+)')}$`, 's').exec(message)?.slice(1);
}
