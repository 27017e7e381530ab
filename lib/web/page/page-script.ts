import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { nothingThere } from '../router.ts';

/** A script that pages name: a file of ours, whose address says what is in it. */
export interface PageScript {
  readonly path: string;
  readonly text: string;
  /** As in the attribute `integrity`, and in a Content-Security-Policy. */
  readonly integrity: string;
  /** The part of the path that changes with the text. */
  readonly hash: string;
}

/**
 * Makes a script of functions, which are not called here: their text goes to browsers.
 *
 * So it is type-checked, linted and bundled as everything else is, and needs no file beside the bundle. Each must name
 * nothing that stands outside of it.
 */
export function pageScript(name: string, ...runs: (() => void)[]): PageScript {
  const text = runs.map((run) => `(${run})();\n`).join('');
  const digest = createHash('sha256').update(text).digest();
  const hash = digest.toString('base64url');
  return { path: `/${name}-${hash}.js`, text, integrity: `sha256-${digest.toString('base64')}`, hash };
}

/**
 * Answers with a script, to be kept for good: another text has another address.
 *
 * @throws {Problem} 404 `not_found` where the address is that of another text, of a deployment before or after.
 */
export function sendScript(res: Response, script: PageScript, hash: string): void {
  if (hash !== script.hash) throw nothingThere();
  res
    .set('Cache-Control', 'public, max-age=31536000, immutable')
    .set('Content-Type', 'text/javascript; charset=utf-8')
    .send(script.text);
}
