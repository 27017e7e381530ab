import { Filled, useTexts } from '../../web/page/reader.tsx';
import { pageTexts } from './texts/texts.ts';

export type WhyCodes = 'app' | 'passkey' | 'codes';

interface RecoveryCodesProps {
  codes: readonly string[];
  email: string;
  /** What has just been added or made. */
  why: WhyCodes;
}

/** New recovery codes, to be printed, downloaded or copied: they are shown this once. */
export function RecoveryCodes({ codes, email, why }: RecoveryCodesProps) {
  const texts = useTexts(pageTexts).newCodes;
  return (
    <div class="narrow">
      <div class="card">
        <h1>{texts.heading}</h1>
        <p>{texts.why[why]}</p>
        <p>
          <Filled text={texts.keep} once={<strong>{texts.once}</strong>} />
        </p>
        <p class="quiet">{texts.whose(email)}</p>
        <ol class="codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
        <p class="actions">
          <a class="button" href={fileOf(codes, texts.inFile(email))} download={texts.file}>
            {texts.download}
          </a>
          <a class="button second" href="/security">
            {texts.kept}
          </a>
        </p>
      </div>
    </div>
  );
}

/** The page itself has all that there is to download: no address has to give them a second time. */
function fileOf(codes: readonly string[], about: string): string {
  const lines = [about, '', ...codes, ''];
  return `data:text/plain;charset=utf-8,${encodeURIComponent(lines.join('\n'))}`;
}
