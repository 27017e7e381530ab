import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readEnvironment } from '../../lib/base/read-settings.ts';
import { createSmtpMailer, type SmtpMailerOptions } from '../../lib/mail/smtp-mailer.ts';
import { testContext } from '../support/events.ts';
import { testInstances } from '../support/instances.ts';
import { signedUp } from '../support/person.ts';
import { smtpCertificate } from '../support/smtp-certificate.ts';
import { readMessage, readWords, smtpPassword, smtpUser, startSmtpServer } from '../support/smtp-server.ts';
import { stopwatch } from '../support/timing.ts';

const deployedStage = {
  STAGE: 'prod',
  PUBLIC_URL: 'https://example.com',
  MAIL_FROM: 'Grüße <no-reply@example.com>',
};
const mail = { to: 'ada@mail.test', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };
const login = `${encodeURIComponent(smtpUser)}:${encodeURIComponent(smtpPassword)}@`;

/** The mailer of an environment with this SMTP_URL, as the function `mail` makes it; it trusts the test's certificate. */
function mailerOf(url: string, more: Partial<SmtpMailerOptions> = {}, environment: NodeJS.ProcessEnv = {}) {
  const config = readEnvironment({ ...deployedStage, ...environment, SMTP_URL: url }, 'mail');
  if (!config.smtpServer || !config.mailFrom) throw new Error('no server');
  return createSmtpMailer({
    ...{ server: config.smtpServer, from: config.mailFrom, ca: smtpCertificate.cert },
    ...more,
  });
}

/** What a mail that is not taken is told by; fails where it is. */
async function refusal(sent: Promise<void>): Promise<{ code: string; hint: string }> {
  return sent.then(
    () => expect.fail('it was taken'),
    (error) => error,
  );
}

/** A server of one's own making, for the rest of a test; its connections end with it. */
async function startServer(talk: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

describe('a mail by SMTP', () => {
  test('is taken by a server with STARTTLS and a login, whole, over a connection of its own', async () => {
    const { port, taken, seen } = await startSmtpServer();
    const mailer = mailerOf(`smtp://${login}localhost:${port}`);
    const long = `${'A line of more than a thousand characters. '.repeat(30)}\n.\n.. dots, ä, and an end`;
    const sent = {
      ...mail,
      subject: 'Grüße: 你好, and a subject that is longer than one line of a header field',
      text: long,
    };

    await mailer.send(sent, 'ada');
    await mailer.send({ ...sent, to: "o'hara+1=x@mail.test" }, 'ada');

    expect(taken).toHaveLength(2);
    expect(seen.connections).toBe(2);
    expect(taken.map(({ to }) => to)).toEqual([['ada@mail.test'], ["o'hara+1=x@mail.test"]]);
    expect(taken[0]).toMatchObject({ from: 'no-reply@example.com', user: smtpUser, isSecure: true });
    const { fields, parts } = readMessage(taken[0]!.message);
    expect(readWords(fields.from)).toBe('Grüße <no-reply@example.com>');
    expect(fields.to).toBe('ada@mail.test');
    expect(readWords(fields.subject)).toBe(sent.subject);
    expect(fields['message-id']).toMatch(/^<[\w.-]+@example\.com>$/);
    expect(Date.parse(fields.date ?? '')).toBeGreaterThan(0);
    expect(fields['content-type']).toMatch(/^multipart\/alternative/);
    expect(parts['text/plain']?.replaceAll('\r\n', '\n').trimEnd()).toBe(long);
    expect(parts['text/html']?.trimEnd()).toBe('<p>Hello</p>');
  });

  test.each([
    ['Example <no-reply@example.com>', 'Example <no-reply@example.com>'],
    ['"Example, Inc. \\"X\\"" <no-reply@example.com>', '"Example, Inc. \\"X\\"" <no-reply@example.com>'],
    ['no-reply@bücher.example', 'no-reply@xn--bcher-kva.example'],
    ['=?utf-8?B?R3LDvMOfZQ==?= <no-reply@example.com>', 'Grüße <no-reply@example.com>'],
  ])('comes from MAIL_FROM: %s', async (MAIL_FROM, shown) => {
    const { port, taken } = await startSmtpServer({ authOptional: true });

    await mailerOf(`smtp://localhost:${port}`, {}, { MAIL_FROM }).send(mail, null);

    expect(readWords(readMessage(taken[0]!.message).fields.from)).toBe(shown);
    expect(taken[0]?.from).toMatch(/^no-reply@/);
  });

  test('goes to the unusual dots of old carriers in quotes', async () => {
    const said: string[] = [];
    const { port } = await startServer((socket) => {
      socket.write('220 a.test ESMTP\r\n');
      socket.on('data', (chunk) => {
        said.push(chunk.toString());
        socket.write('250 a.test\r\n');
      });
    });

    await mailerOf(`smtp://127.0.0.1:${port}`).send({ ...mail, to: 'ab..cd@docomo.ne.jp' }, 'ada');

    expect(said).toContain('RCPT TO:<"ab..cd"@docomo.ne.jp>\r\n');
  });

  test('is taken under TLS from the first byte where the URL is smtps', async () => {
    const { port, taken } = await startSmtpServer({ secure: true });

    await mailerOf(`smtps://${login}localhost:${port}`).send(mail, 'ada');

    expect(taken).toMatchObject([{ user: smtpUser, isSecure: true }]);
  });

  test.each([
    { ...mail, subject: 'Hello\r\nBcc: eve@mail.test\r\n\r\nWords of another' },
    { ...mail, to: 'ada@mail.test>\r\nRCPT TO:<eve@mail.test' },
    { ...mail, to: 'ada@mail.test, eve@mail.test' },
    { ...mail, to: 'ada@mail.test\r\nBcc: eve@mail.test' },
  ])(
    'goes to nobody else and has no other field, whatever is in its subject or address (%#)',
    async (injected) => {
      const { port, taken } = await startSmtpServer({ authOptional: true });

      await mailerOf(`smtp://localhost:${port}`)
        .send(injected, 'ada')
        .catch(() => undefined);

      expect(taken).toHaveLength(injected.to === mail.to ? 1 : 0);
      for (const { to, message } of taken) {
        expect(to).toHaveLength(1);
        expect(to).not.toContain('eve@mail.test');
        expect(Object.keys(readMessage(message).fields)).not.toContain('bcc');
        expect(Object.keys(readMessage(message).parts)).toEqual(['text/plain', 'text/html']);
      }
    },
  );
});

describe('a login', () => {
  test('is told to no server without STARTTLS, nor to one whose certificate nobody trusts', async () => {
    const plain = await startSmtpServer({ disabledCommands: ['STARTTLS'] });
    const untrusted = await startSmtpServer();
    const underTls = await startSmtpServer({ secure: true });

    const refusals = await Promise.all([
      refusal(mailerOf(`smtp://${login}localhost:${plain.port}`).send(mail, 'ada')),
      refusal(mailerOf(`smtp://${login}127.0.0.1:${untrusted.port}`).send(mail, 'ada')),
      refusal(mailerOf(`smtps://${login}127.0.0.1:${underTls.port}`).send(mail, 'ada')),
    ]);

    for (const { code, hint } of refusals) {
      expect(code).toMatch(/^ETLS/);
      expect(hint).toContain('no TLS, or a certificate');
    }
    for (const { seen, taken } of [plain, untrusted, underTls]) {
      expect(seen.passwords).toEqual([]);
      expect(taken).toEqual([]);
    }
  });

  test('that is wrong fails the mail, and says so without the password', async () => {
    const { port, taken } = await startSmtpServer();

    const error = await refusal(mailerOf(`smtp://ada:wrong-password@localhost:${port}`).send(mail, 'ada'));

    expect(error.code).toBe('EAUTH 535');
    expect(error.hint).toContain('password of SMTP_URL');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('wrong-password');
    expect(taken).toEqual([]);
  });
});

describe('a mail that is not taken', () => {
  const replying = (responseCode: number) =>
    Object.assign(new Error('No ada@mail.test here'), { responseCode });

  test.each([
    [
      'EENVELOPE 550',
      { onRcptTo: (_to: unknown, _s: unknown, done: (e: Error) => void) => done(replying(550)) },
    ],
    [
      'EENVELOPE 451',
      { onRcptTo: (_to: unknown, _s: unknown, done: (e: Error) => void) => done(replying(451)) },
    ],
    [
      'EENVELOPE 553',
      { onMailFrom: (_to: unknown, _s: unknown, done: (e: Error) => void) => done(replying(553)) },
    ],
  ])('is told by the step and the reply, without an address: %s', async (code, options) => {
    const { port } = await startSmtpServer({ authOptional: true, ...options });

    const error = await refusal(mailerOf(`smtp://localhost:${port}`).send(mail, 'ada'));

    expect(error.code).toBe(code);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('ada@mail.test');
  });

  test.each([
    ['says nothing', () => undefined],
    ['says nothing after its greeting', (socket: Socket) => void socket.write('220 a.test ESMTP\r\n')],
    [
      'takes forever over its greeting',
      (socket: Socket) => void setInterval(() => socket.write('220-wait\r\n'), 50).unref(),
    ],
    [
      'says nothing once it has the mail',
      (socket: Socket) => {
        socket.write('220 a.test ESMTP\r\n');
        let isMail = false;
        socket.on('data', (chunk) => {
          if (isMail) return;
          isMail = chunk.toString().startsWith('DATA');
          socket.write(isMail ? '354 go on\r\n' : '250 a.test\r\n');
        });
      },
    ],
  ])('by a server that %s fails within its time, and leaves no connection', async (_what, talk) => {
    const { port, sockets } = await startServer(talk);
    const elapsed = stopwatch();

    const error = await refusal(mailerOf(`smtp://127.0.0.1:${port}`, { withinMs: 600 }).send(mail, 'ada'));

    expect(error.hint).toContain('does not answer in time');
    expect(elapsed()).toBeGreaterThan(200);
    expect(elapsed()).toBeLessThan(10_000);
    await expect
      .poll(() => sockets.every(({ destroyed, readableEnded }) => destroyed || readableEnded))
      .toBe(true);
  });

  test('by a server that dies halfway fails at once', async () => {
    const { port } = await startServer((socket) => {
      socket.write('220 a.test ESMTP\r\n');
      socket.on('data', (chunk) =>
        chunk.toString().startsWith('RCPT') ? socket.destroy() : socket.write('250 a.test\r\n'),
      );
    });

    const error = await refusal(mailerOf(`smtp://127.0.0.1:${port}`, { withinMs: 60_000 }).send(mail, 'ada'));

    expect(error.code).toMatch(/^E(CONNECTION|SOCKET)$/);
  });

  test('by a server that is not there fails at once', async () => {
    const { port } = await startServer(() => undefined);
    const gone = port === 1 ? 2 : 1;

    expect((await refusal(mailerOf(`smtp://127.0.0.1:${gone}`).send(mail, 'ada'))).hint).toContain(
      'not reached',
    );
  });
});

describe('the function `mail` with SMTP_URL', () => {
  const { start } = testInstances('smtp');

  test('sends by that server in place of SES, once a job, and is tried again where it fails', async () => {
    let reply: number | undefined = 451;
    const { port, taken, seen } = await startSmtpServer({
      authOptional: true,
      onRcptTo: (_to, _session, done) =>
        done(reply ? Object.assign(new Error('Later'), { responseCode: reply }) : undefined),
    });
    const instance = start({ environment: { ...deployedStage, SMTP_URL: `smtp://127.0.0.1:${port}` } });
    const { email } = await signedUp({ instance: start() });
    const job = { kind: 'forgot_password', id: 'by SMTP', email, requestedAt: new Date().toISOString() };
    const run = () => instance.handlers.mail(job, testContext());

    await expect(run()).rejects.toThrow('mail job failed: SmtpError');
    reply = 550;
    await expect(run()).rejects.toMatchObject({ code: 'EENVELOPE 550' });
    reply = undefined;
    await run();
    await run();

    expect(seen.connections).toBe(3);
    expect(taken.map(({ to }) => to)).toEqual([[email]]);
    const link = /https:\S+/.exec(readMessage(taken[0]!.message).parts['text/plain'] ?? '')?.[0];
    expect(link).toMatch(/^https:\/\/example\.com\/reset-password\?token=[\w-]{43}$/);
    const failed = instance.log.filter(({ message }) => message === 'mail job failed');
    expect(failed.map(({ fields }) => fields.code)).toEqual(['EENVELOPE 451', 'EENVELOPE 550']);
    expect(failed[0]?.fields.hint).toContain('refuses the recipient');
    expect(JSON.stringify(instance.log)).not.toContain(email);
  });

  test.each(['dev', 'test'])('sends nothing in the stage %s', async (STAGE) => {
    const { port, seen } = await startSmtpServer({ authOptional: true });
    const instance = start({ environment: { STAGE, SMTP_URL: `smtp://127.0.0.1:${port}` } });

    const { email } = await signedUp({ instance });

    expect(await instance.services.outbox.list(email)).toHaveLength(1);
    expect(seen.connections).toBe(0);
  });
});
