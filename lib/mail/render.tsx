import { renderToString } from 'preact-render-to-string';
import type { Language } from '../base/language.ts';
import { brand } from '../web/page/brand.ts';
import type { Letter } from './letter.ts';

/** A letter as the two bodies of a mail; its link goes to `publicUrl` and nowhere else. */
export function renderLetter(
  letter: Letter,
  { publicUrl, language }: { publicUrl: string; language: Language },
): { text: string; html: string } {
  const { paragraphs, code, link, closing } = letter;
  const url = link && publicUrl + link.path;
  const text = [...paragraphs, ...(code ? [code] : []), ...(url ? [url] : []), ...closing].join('\n\n');
  const html = renderToString(<LetterPage letter={letter} url={url} language={language} />);
  return { text: `${text}\n`, html: `<!doctype html>\n${html}\n` };
}

const font = 'font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif';
const large = 'font-size: 28px; font-weight: 600; letter-spacing: 2px';
const button = `display: inline-block; padding: 12px 20px; border-radius: 6px; background: ${brand.accent.light}; color: ${brand.onAccent.light}; text-decoration: none; font-weight: 600`;

function LetterPage(props: { letter: Letter; url: string | undefined; language: Language }) {
  const { letter, url, language } = props;
  const { subject, paragraphs, code, link, closing } = letter;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{subject}</title>
      </head>
      <body style="margin: 0; padding: 24px">
        <div style={`max-width: 560px; margin: 0 auto; ${font}`}>
          {paragraphs.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          {code && <p style={large}>{code}</p>}
          {link && url && (
            <p>
              <a href={url} style={button}>
                {link.label}
              </a>
            </p>
          )}
          {closing.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </div>
      </body>
    </html>
  );
}
