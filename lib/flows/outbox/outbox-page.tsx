import type { Language } from '../../base/language.ts';
import type { KeptMail } from '../../mail/outbox.ts';
import { Filled, useTexts } from '../../web/page/reader.tsx';
import type { PageContent } from '../../web/page/send-page.tsx';
import { Time } from '../../web/page/time.tsx';
import { pageTexts } from './texts/texts.ts';

interface OutboxProps {
  messages: readonly KeptMail[];
  /** Whose mails they are, where not everybody's are shown. */
  to: string | undefined;
  publicUrl: string;
}

/** The mails of a development stage as a page: each as it looks, with its link to follow. */
export function outboxPage(language: Language, props: OutboxProps): PageContent {
  return { title: pageTexts[language].title, main: <Outbox {...props} />, showsMails: true };
}

function Outbox({ messages, to, publicUrl }: OutboxProps) {
  const texts = useTexts(pageTexts);
  return (
    <div class="middle">
      <h1>{texts.title}</h1>
      <p class="quiet">
        {texts.lead}{' '}
        {to !== undefined && (
          <Filled
            text={texts.filtered}
            address={<strong>{to}</strong>}
            all={<a href="/dev/outbox">{texts.all}</a>}
          />
        )}
      </p>
      {messages.length === 0 && <p class="card">{texts.none}</p>}
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
  const texts = useTexts(pageTexts).message;
  const link = text.split('\n').find((line) => line.startsWith(`${publicUrl}/`));
  return (
    <article class="card mail">
      <h2>{subject}</h2>
      <p class="quiet">
        <Filled
          text={texts.toAndAt}
          address={<a href={`/dev/outbox?to=${encodeURIComponent(to)}`}>{to}</a>}
          time={<Time at={sentAt} />}
        />
      </p>
      {/* Nothing in it runs, sends or leads anywhere: it is as foreign as any mail. */}
      <iframe title={texts.frame(subject)} sandbox="" srcdoc={html} />
      {link && (
        <p>
          <a class="button" href={link}>
            {texts.follow}
            <span class="hidden">: {subject}</span>
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
