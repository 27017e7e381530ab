import type { KeptMail } from '../../mail/outbox.ts';
import type { PageContent } from '../../web/page/send-page.tsx';
import { Time } from '../../web/page/time.tsx';

interface OutboxProps {
  messages: readonly KeptMail[];
  /** Whose mails they are, where not everybody's are shown. */
  to: string | undefined;
  publicUrl: string;
}

/** The mails of a development stage as a page: each as it looks, with its link to follow. */
export function outboxPage(props: OutboxProps): PageContent {
  return { title: 'Mails', main: <Outbox {...props} />, showsMails: true };
}

function Outbox({ messages, to, publicUrl }: OutboxProps) {
  return (
    <div class="middle">
      <h1>Mails</h1>
      <p class="quiet">
        Kept instead of sent, in this stage alone, the newest first.{' '}
        {to !== undefined && (
          <>
            Those to <strong>{to}</strong>. <a href="/dev/outbox">Show all</a>
          </>
        )}
      </p>
      {messages.length === 0 && <p class="card">There is none.</p>}
      {messages.map((message) => (
        <Message
          key={`${message.sentAt.toISOString()} ${message.to}`}
          message={message}
          publicUrl={publicUrl}
        />
      ))}
    </div>
  );
}

function Message({ message: { to, subject, text, html, sentAt }, publicUrl }: MessageProps) {
  const link = text.split('\n').find((line) => line.startsWith(`${publicUrl}/`));
  return (
    <article class="card mail">
      <h2>{subject}</h2>
      <p class="quiet">
        To <a href={`/dev/outbox?to=${encodeURIComponent(to)}`}>{to}</a>, <Time at={sentAt} />
      </p>
      {/* Nothing in it runs, sends or leads anywhere: it is as foreign as any mail. */}
      <iframe title={`The mail: ${subject}`} sandbox="" srcdoc={html} />
      {link && (
        <p>
          <a class="button" href={link}>
            Follow its link<span class="hidden">: {subject}</span>
          </a>
        </p>
      )}
    </article>
  );
}

interface MessageProps {
  message: KeptMail;
  publicUrl: string;
}
