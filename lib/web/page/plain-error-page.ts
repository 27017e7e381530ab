import type { Request } from 'express';
import type { Config } from '../../base/config.ts';
import { currentRequest } from '../../base/request.ts';
import type { AnswerProblem } from '../answer-problem.ts';
import { readerOn } from '../reader.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import type { Translate } from './messages.ts';
import { signInPath } from './next-path.ts';
import { styles } from './styles.ts';
import { errorTexts, frameTexts } from './texts/texts.ts';

/**
 * Answers problems of the addresses that browsers go to as a page, to whoever prefers HTML, and leaves all others to
 * JSON. It is written out, for functions that carry nothing that renders.
 *
 * @param isVisited whether a request is to such an address.
 */
export function plainErrorPages(
  config: Pick<Config, 'publicUrl'>,
  translate: Translate,
  isVisited: (req: Request) => boolean,
): AnswerProblem {
  const site = escaped(new URL(config.publicUrl).host);
  return function answerPlainPage({ status, title, message }, req, res) {
    if (!isVisited(req)) return false;
    res.vary('Accept');
    const preferred = req.accepts(['application/problem+json', 'application/json', 'text/html']);
    if (preferred !== 'text/html') return false;
    const { language } = readerOn(req);
    const [texts, frame] = [errorTexts[language], frameTexts[language]];
    const [name = '', words] = [title, message].map((text) => escaped(translate(text, language)));
    const back = escaped(signInPath(req.query.next));
    const [before, after] = texts.request.split('{id}');
    const id = escaped(currentRequest()?.requestId ?? '');
    res.vary('Accept-Language').set('Content-Language', language);
    res.set('Content-Security-Policy', contentSecurityPolicy(config.publicUrl));
    res.set('Cross-Origin-Opener-Policy', 'same-origin');
    res.set('Referrer-Policy', 'same-origin');
    res.type('html').send(`<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${name} · ${site}</title><style>${styles}</style></head>
<body><a class="skip" href="#main">${frame.skip}</a>
<header class="bar"><div><a class="brand" href="/">${site}</a></div></header>
<main id="main" tabindex="-1"><div class="middle card"><p class="quiet">${texts.status(status)}</p><h1>${name}</h1>
<p class="lead">${words}</p><p class="quiet">${before}<code>${id}</code>${after}</p>
<p class="actions"><a class="button" href="${back}">${texts.toSignIn}</a></p></div></main></body></html>`);
    return true;
  };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
