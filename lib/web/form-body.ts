import type { RequestHandler } from 'express';
import { Problem } from '../base/problem.ts';
import { bodyOfType } from './bodies.ts';

const formType = 'application/x-www-form-urlencoded';

/**
 * Reads what a form sends, at most 16 KiB of it, and nothing else.
 *
 * Fields that were left empty are left out, as optional fields are in JSON. Browsers send this type across origins
 * without asking first; the cross-origin check in front of it is what holds (OWASP ASVS 3.5.1).
 */
export function formBody(): RequestHandler[] {
  return bodyOfType(formType, {
    refusal: `Send the form as ${formType}.`,
    parse: (bytes) => fieldsOf(text(bytes)),
  });
}

/** Each field once, in UTF-8 (WHATWG URL, "application/x-www-form-urlencoded parsing", but strict). */
function fieldsOf(text: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const pair of text.split('&').filter((each) => each !== '')) {
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    if (fields.has(name)) throw malformed('The form has the same field twice.');
    fields.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return Object.fromEntries([...fields].filter(([, value]) => value !== ''));
}

/** Browsers escape whatever is not ASCII; other clients may send it as it is. */
function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('The form is not valid UTF-8.');
  }
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    throw malformed('The form is not valid UTF-8.');
  }
}

function malformed(detail: string): Problem {
  return new Problem('malformed_body', detail);
}
