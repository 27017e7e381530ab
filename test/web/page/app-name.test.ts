import { expect, test } from 'vitest';
import { browse, signedUp } from '../../support/browse.ts';
import { createClient, eventSource } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('app_name');
const source = eventSource('HTTP API, payload 2.0');

test.each([
  [{ APP_NAME: 'Söhne & <b>' }, 'Söhne & <b>', 'Söhne &amp; &lt;b>'],
  [{ PUBLIC_URL: 'http://app.localhost:3000' }, 'app.localhost:3000', 'app.localhost:3000'],
])(
  'pages, mails, authenticator apps and passkeys call the service by APP_NAME, else by its host (%#)',
  async (environment, name, inHtml) => {
    const instance = start({ environment });
    const { email, client } = await signedUp(instance);
    const cookies = client.cookies.all();
    const { get } = browse(instance);
    const account = createClient(instance.handlers.account, source);
    const post = async (path: string) => (await account.post(path, undefined, { cookies })).json();

    for (const path of ['/', '/sign-in', '/nowhere']) {
      const { body } = await get(path, { headers: { accept: 'text/html' } });
      expect(body).toContain(` · ${inHtml}</title>`);
      // In the bar above, and in the foot below.
      expect(body.split(`${inHtml}</a>`)).toHaveLength(2);
      expect(body).toContain(`<span>${inHtml}</span>`);
    }
    const docs = await createClient(instance.handlers.docs, source).get('/docs');
    expect(docs.body).toContain(` · ${inHtml}</title>`);
    const [mail] = await instance.services.outbox.list(email);
    expect(mail?.subject).toBe(`Confirm your e-mail address for ${name}`);
    expect(mail?.text).toContain(`sign up at ${name}.`);
    const { uri } = await post('/account/totp');
    expect(new URL(uri).searchParams.get('issuer')).toBe(name);
    const { rp } = await post('/account/passkeys/options');
    expect(rp).toEqual({ id: 'PUBLIC_URL' in environment ? 'app.localhost' : 'localhost', name });
  },
);
