import { createHash } from 'node:crypto';
import type { PageScript } from './page-script.ts';
import { styles } from './styles.ts';

/** What a page may load and do: our styles and pictures, forms to ourselves, nothing else (CSP level 3). */
const always = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(styles).digest('base64')}'`,
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

interface Allowed {
  script?: PageScript | undefined;
  /** Whether elements may have styles, as those of mails do: a frame without an address of its own has its page's policy. */
  showsMails?: boolean;
}

/** The Content-Security-Policy of a page, which may have one script of ours, and then ask our own routes. */
export function contentSecurityPolicy(origin: string, { script, showsMails = false }: Allowed = {}): string {
  if (showsMails) return [...always, "style-src-attr 'unsafe-inline'"].join('; ');
  if (!script) return always.join('; ');
  // Browsers that know no hashes of files (CSP level 2) go by the address, all others by either.
  const scripts = `script-src '${script.integrity}' ${origin}${script.path}`;
  return [...always, scripts, "connect-src 'self'"].join('; ');
}
