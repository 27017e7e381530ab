export type WhyCodes = 'app' | 'passkey' | 'codes';

const reasons: Readonly<Record<WhyCodes, string>> = {
  app: 'Signing in asks for a code of your app from now on. If the app is lost, one of these lets you in.',
  passkey:
    'Signing in asks for your passkey after the password from now on. If the passkey is lost, one of these lets you in.',
  codes: 'The codes that you had before do not work any more.',
};

interface RecoveryCodesProps {
  codes: readonly string[];
  email: string;
  /** What has just been added or made. */
  why: WhyCodes;
}

/** New recovery codes, to be printed, downloaded or copied: they are shown this once. */
export function RecoveryCodes({ codes, email, why }: RecoveryCodesProps) {
  return (
    <div class="narrow">
      <div class="card">
        <h1>Your recovery codes</h1>
        <p>{reasons[why]}</p>
        <p>
          <strong>You see them this once.</strong> Print this page, download them or write them down, and keep
          them where only you find them. Each works once.
        </p>
        <p class="quiet">For {email}</p>
        <ol class="codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
        <p class="actions">
          <a class="button" href={fileOf(codes, email)} download="recovery-codes.txt">
            Download as a text file
          </a>
          <a class="button second" href="/security">
            I have kept them
          </a>
        </p>
      </div>
    </div>
  );
}

/** The page itself has all that there is to download: no address has to give them a second time. */
function fileOf(codes: readonly string[], email: string): string {
  const lines = [`Recovery codes of ${email}. Each works once.`, '', ...codes, ''];
  return `data:text/plain;charset=utf-8,${encodeURIComponent(lines.join('\n'))}`;
}
