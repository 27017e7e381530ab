import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

/** Something that a source file says, and where. */
export interface SourceText {
  /** `file:line`. */
  where: string;
  text: string;
}

/** TypeScript's files below a folder of the repository. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

/** Attributes and fields that no reader sees. */
const unread =
  /^(class|style|d|points|href|src|type|id|for|name|value|action|method|autocomplete|rel|role|key|viewBox|content|path|look|form|accept|http-equiv|charset|data-.*|stroke.*|fill|xmlns)$/;

const wordy = /\p{L}{2,}[^\p{L}]*\s[^\p{L}]*\p{L}{2,}|^\p{Lu}\p{Ll}+[.:]?$/u;

/** What a file of pages or letters says to people: text between tags, and literals that look like words. */
export function wordsIn(file: string): SourceText[] {
  const found: SourceText[] = [];
  visitTexts(file, (node, text) => {
    const words = text.replace(/<[^>]*>/g, '').replace(/UTC/g, '');
    const isText = ts.isJsxText(node) ? /\p{L}/u.test(words) : wordy.test(words) && !isStyle(words);
    if (isText && !isUnread(node)) found.push({ where: placeOf(node), text: text.trim() });
  });
  return found;
}

/** Declarations of CSS. */
const isStyle = (text: string) => /^[a-z-]+: [^;]+(; [a-z-]+: [^;]+)*$/.test(text);

/** Where a literal names something, or is told to developers alone. */
function isUnread(node: ts.Node): boolean {
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at;
    if (ts.isImportDeclaration(parent) || ts.isLiteralTypeNode(parent)) return true;
    if (ts.isJsxAttribute(parent)) return unread.test(parent.name.getText());
    if (ts.isPropertyAssignment(parent) && parent.name === at) return true;
    if (ts.isPropertyAssignment(parent)) return unread.test(parent.name.getText().replace(/'/g, ''));
    if (ts.isNewExpression(parent)) return /Error$|^Problem$/.test(parent.expression.getText());
    if (
      ts.isCallExpression(parent) &&
      /(setHeader|set|vary|describe|meta)$/.test(parent.expression.getText())
    )
      return true;
    if (ts.isBlock(parent) || ts.isJsxElement(parent)) return false;
  }
  return false;
}

/** What routes may tell of what is wrong: details of problems, and messages of fields; `{}` where something is filled in. */
export function messagesIn(file: string): SourceText[] {
  const found: SourceText[] = [];
  visitTexts(file, (node, text) => {
    if (isMessage(node)) found.push({ where: placeOf(node), text });
  });
  return found;
}

const messageNames = /^(message|error|detail|used|refusal|fault)$/;

function isMessage(node: ts.Node): boolean {
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at;
    if (ts.isConditionalExpression(parent) && parent.condition !== at) continue;
    if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent)) continue;
    if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
      continue;
    if (ts.isPropertyAssignment(parent))
      return parent.initializer === at && messageNames.test(parent.name.getText());
    if (ts.isVariableDeclaration(parent))
      return parent.initializer === at && messageNames.test(parent.name.getText());
    if (ts.isNewExpression(parent))
      return parent.expression.getText() === 'Problem' && parent.arguments?.[1] === at;
    if (ts.isCallExpression(parent))
      return (
        /(refine|matching|weakPassword)$/.test(parent.expression.getText()) && parent.arguments[1] === at
      );
    return false;
  }
  return false;
}

function visitTexts(file: string, seen: (node: ts.Node, text: string) => void): void {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
    file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) || ts.isStringLiteralLike(node)) seen(node, node.text);
    else if (ts.isTemplateExpression(node))
      seen(node, node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join(''));
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
