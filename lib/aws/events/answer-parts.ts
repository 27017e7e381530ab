import { isUtf8 } from 'node:buffer';
import type { AppAnswer } from './event-source.ts';

/** What every source reads in the same form. */
interface AnswerParts {
  statusCode: number;
  headers: Record<string, string>;
  body: { body: string; isBase64Encoded: boolean };
}

// Every source computes these itself; passing them on makes a load balancer answer 502 or a client wait.
const OWN_TO_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Gives what every source reads in the same form; each puts the cookies where it looks for them. */
export function answerParts(answer: AppAnswer): AnswerParts {
  // From entries, so that a header called `__proto__` is only a header.
  const headers = Object.fromEntries(
    Object.entries(answer.headers).filter(([name]) => !OWN_TO_THE_CONNECTION.has(name)),
  );
  return { statusCode: answer.status, headers, body: formatBody(headers, answer.body) };
}

/** The cookies as multi-value headers; nothing where there is none. */
export function cookieLists({ cookies }: AppAnswer): Record<string, string[]> {
  return cookies.length > 0 ? { 'set-cookie': cookies } : {};
}

/** Text goes as it is, everything else as base64: a compressed body, an image, bytes that are not UTF-8. */
function formatBody(headers: Record<string, string>, body: Buffer): AnswerParts['body'] {
  const compressed = (headers['content-encoding'] ?? 'identity') !== 'identity';
  const plain = !compressed && isTextType(headers['content-type']) && isUtf8(body);
  return { body: body.toString(plain ? 'utf8' : 'base64'), isBase64Encoded: !plain && body.length > 0 };
}

function isTextType(contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^text\/|^application\/(json|javascript|xml|yaml|x-www-form-urlencoded|graphql)$|\+(json|xml|yaml)$/.test(
    type,
  );
}
