import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const mark = /^(ASVS|NIST|SM|PS|AU)\b[^:]*:/;
/** Points in the list of what the standards ask. */
const points = 59;

interface Row {
  number: number;
  point: string;
  status: string;
  titles: string[];
}

/** The rows of the table in SECURITY.md: number, point, status, and tests by their titles, each a line of code. */
function readRows(): Row[] {
  const document = readFileSync(join(root, '.github', 'SECURITY.md'), 'utf8');
  const section = document.split(/^## /m).find((each) => each.startsWith('Security checklist')) ?? '';
  return section
    .split('\n')
    .filter((line) => /^\| *\d+ *\|/.test(line))
    .map((line) => {
      const [number, point = '', status = '', tests = ''] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      const titles = tests
        .split('<br>')
        .map((code) => code.trim().replace(/^`+ ?| ?`+$/g, ''))
        .filter((title) => title !== '');
      return { number: Number(number), point, status, titles };
    });
}

/** Titles of all tests and groups of tests that begin with a standard's mark, as they stand in the source. */
function readTitles(): string[] {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(root, 'test', file));
  return files.flatMap((file) =>
    titlesIn(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)),
  );
}

function titlesIn(source: ts.SourceFile): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    const [title] = ts.isCallExpression(node) ? node.arguments : [];
    if (title && ts.isStringLiteralLike(title) && mark.test(title.text)) titles.push(title.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** Every point of a standard that a title or a row names: `ASVS 7.2.4`, `NIST 3.2.2`, `SM`. */
function pointsOf(text: string): string[] {
  const numbers = (text.match(/\d+\.\d+\.\d+(\.\d+)?/g) ?? []).map(String);
  const sheets = text.match(/\b(SM|PS|AU)\b/g) ?? [];
  return [...numbers, ...sheets];
}

describe('the security checklist', () => {
  const rows = readRows();
  const titles = [...new Set(readTitles())].sort();
  const named = rows.flatMap((row) => row.titles);

  test('has every point once, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: points }, (_, at) => at + 1));
  });

  test('says of each that it is met, not applicable and why, or open and what is missing', () => {
    const unclear = rows.filter(({ status }) => !/^(met|not applicable: .{10,}|open: .{10,})$/.test(status));

    expect(unclear).toEqual([]);
  });

  test('names a test for each that is met', () => {
    expect(rows.filter((row) => row.status === 'met' && row.titles.length === 0)).toEqual([]);
  });

  test('names no test that is not there', () => {
    expect(named.filter((title) => !titles.includes(title))).toEqual([]);
  });

  test('names every test that says it proves a point', () => {
    expect(titles.length).toBeGreaterThan(40);
    expect(titles.filter((title) => !named.includes(title))).toEqual([]);
  });

  test('names a test beside points that its title names', () => {
    const misplaced = rows.flatMap(({ number, point, titles: own }) =>
      own
        .filter((title) => !pointsOf(title).some((each) => pointsOf(point).includes(each)))
        .map((title) => `${number}: ${title}`),
    );

    expect(misplaced).toEqual([]);
  });

  test('names a test for each number of a point that is met', () => {
    const unshown = rows
      .filter(({ status }) => status === 'met')
      .flatMap(({ number, point, titles: own }) =>
        pointsOf(point)
          .filter((each) => !own.some((title) => pointsOf(title).includes(each)))
          .map((each) => `${number}: ${each}`),
      );

    expect(unshown).toEqual([]);
  });
});
