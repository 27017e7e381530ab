import { describe, expect, test } from 'vitest';
import { generalProblems } from '../../lib/base/general-problems.ts';
import { languages } from '../../lib/base/language.ts';
import { eventKinds } from '../../lib/flows/events.ts';
import type { Flow } from '../../lib/flows/flow.ts';
import { manifests } from '../../lib/flows/manifests.ts';
import { messages, translate } from '../../lib/flows/messages.ts';
import { eventTexts, noticeTexts } from '../../lib/flows/words.ts';
import { filesBelow, messagesIn, type SourceText, wordsIn } from '../support/source-texts.ts';

const textFiles = filesBelow('lib').filter((file) => /\/texts\/texts\.ts$/.test(file));
const others = languages.slice(1);

/** What is the same in both languages: names, and words that German took over. */
const alike =
  /^(E-Mail|Mails|Name|Administrator|Code|System|Browser|Link|Version|ID|UTC|Passkeys?|Status|\P{L}*)$/u;

type Tree = { [key: string]: Tree } | string | ((...given: unknown[]) => unknown) | readonly string[];

describe('every text of pages and mails', () => {
  test('stands in a file of its language, and nowhere else', () => {
    const spoken = filesBelow('lib').filter(
      (file) =>
        (file.endsWith('.tsx') ||
          /\/(pages|letters|form-fields|plain-error-page|.*-pages)\.ts$/.test(file)) &&
        // The API's description is in English, as the API is.
        !/^lib\/(dev\/|flows\/(docs\/|pages\.ts))/.test(file),
    );

    expect(spoken.length).toBeGreaterThan(40);
    expect(spoken.flatMap(wordsIn)).toEqual([]);
  });

  test.each(textFiles)('is there in each language: %s', async (file) => {
    const groups: Record<string, Record<string, Tree>> = await import(`../../${file}`);
    const faults: string[] = [];
    for (const [name, group] of Object.entries(groups)) {
      const [first] = languages;
      // Problems are in English where they are thrown.
      if (name === 'problemTexts') continue;
      for (const language of others)
        compare(`${name}.${language}`, group[first] as Tree, group[language] as Tree, faults);
    }
    expect(faults).toEqual([]);
  });
});

/** Adds what a text in another language lacks, has too much, or has left in English. */
function compare(path: string, english: Tree, theirs: Tree, faults: string[]): void {
  if (typeof english !== typeof theirs || Array.isArray(english) !== Array.isArray(theirs)) {
    faults.push(`${path}: another kind of text`);
    return;
  }
  if (typeof english === 'string') {
    const holes = (text: string) => (text.match(/\{\w*\}/g) ?? []).sort().join();
    if (holes(english) !== holes(theirs as string)) faults.push(`${path}: other places to fill in`);
    if (english === theirs && !alike.test(english)) faults.push(`${path}: still English: ${english}`);
    return;
  }
  if (typeof english === 'function') {
    const given = Array.from({ length: english.length }, (_, at) => at + 2);
    const [first, second] = [english, theirs as typeof english].map((text) => text(...given));
    compare(`${path}()`, first as Tree, second as Tree, faults);
    return;
  }
  const [keys, theirKeys] = [english, theirs].map((each) => Object.keys(each as object).sort());
  if (String(keys) !== String(theirKeys)) faults.push(`${path}: other keys: ${keys} and ${theirKeys}`);
  for (const key of keys ?? [])
    compare(
      `${path}.${key}`,
      (english as Record<string, Tree>)[key] as Tree,
      (theirs as Record<string, Tree>)[key] as Tree,
      faults,
    );
}

test.each(languages)('every kind of event and every notice has its words in %s', (language) => {
  const notices = manifests.flatMap((flow: Flow) => flow.notices ?? []);

  expect(Object.keys(eventTexts[language]).sort()).toEqual([...eventKinds].sort());
  expect(Object.keys(noticeTexts[language]).sort()).toEqual([...notices].sort());
});

describe.each(others)('what problems say, in %s', (language) => {
  const kinds = [
    ...Object.values(generalProblems),
    ...manifests.flatMap(({ problems = {} }: Flow) => Object.values(problems)),
  ];
  /** What only programs are told: a browser's form cannot bring it about. */
  const toPrograms =
    /^lib\/(dev|aws|store|base\/(?!problem)|web\/(parse-json|bodies|refuse-unreadable-head|answer-problem|session|page))|operations\.ts|(passkey|token)-fields\.ts|provider-logout\.ts|\/docs\//;
  const said: SourceText[] = [
    ...kinds.map(({ code, title }) => ({ where: code, text: title })),
    ...filesBelow('lib')
      .filter(
        (file) =>
          !toPrograms.test(file) && !file.includes('/texts/') && !/manifest\.ts$|-problems\.ts$/.test(file),
      )
      .flatMap(messagesIn),
  ];

  test('is said for each', () => {
    expect(said.length).toBeGreaterThan(80);
    const missing = said.filter(
      ({ text }) => !Object.hasOwn(messages[language as keyof typeof messages], text),
    );
    expect(missing).toEqual([]);
  });

  test('what is filled in is looked up too', () => {
    expect(translate('The password is known from a data breach. Choose another one.', language)).toBe(
      'Das Passwort ist aus einem Datenleck bekannt. Wählen Sie ein anderes.',
    );
    expect(translate('must be at most 100 characters', language)).toBe(
      'darf höchstens 100 Zeichen lang sein',
    );
    expect(translate('of nobody', language)).toBe('of nobody');
  });
});
