import { mkdir, rm } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { launchChromium } from './chromium.ts';
import { screenshots as folder, look as lookAtPage, views } from './look.ts';
import {
  addApp,
  codeShownFor,
  enterPassword,
  newPerson,
  type Person,
  password,
  signIn,
  signUp,
} from './people.ts';
import { type Site, startSite } from './site.ts';
import { addAuthenticator, type VirtualAuthenticator } from './virtual-authenticator.ts';

let site: Site;
let chromium: Browser;

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  [site, chromium] = await Promise.all([startSite(), launchChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await site?.stop();
});

const open = (path: string) => async (page: Page) => {
  await page.goto(site.url + path);
};

/** Sends a form that comes back with errors. */
const submit = (path: string, fields: Record<string, string>, button: string) => async (page: Page) => {
  await open(path)(page);
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label).first().fill(text);
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('alert').waitFor();
};

/** Every page and every state of one that looks different, for who is signed in and who is not. */
const anonymous: Record<string, (page: Page) => Promise<void>> = {
  welcome: open('/'),
  'sign-in': open('/sign-in'),
  'cookies-too-large': async (page) => {
    const url = new URL(site.url);
    const cookie = { domain: url.hostname, path: '/large', value: 'x'.repeat(4000) };
    await page.context().addCookies(['a', 'b', 'c'].map((name) => ({ ...cookie, name })));
    await open('/large')(page);
    await page.context().clearCookies({ path: '/large' });
  },
  'sign-in-wrong': submit('/sign-in', { 'E-mail address': 'a@example.com', Password: 'wrong' }, 'Sign in'),
  'sign-in-code': open('/sign-in/code'),
  'sign-in-code-sent': async (page) => {
    await page.getByLabel('E-mail address').fill('somebody.with.a.long.address@example.com');
    await page.getByRole('button', { name: 'Mail me a code' }).click();
    await page.getByRole('heading', { name: 'Enter the code' }).waitFor();
  },
  'sign-in-code-wrong': submit('/sign-in/code', { Code: '1234 5678' }, 'Sign in'),
  'sign-up': open('/sign-up'),
  'sign-up-wrong': submit(
    '/sign-up',
    { Name: 'Ada', 'E-mail address': 'a@example.com', Password: 'short' },
    'Create account',
  ),
  'forgot-password': open('/forgot-password'),
  'reset-password-over': open('/reset-password?token=wrong'),
  'reset-password-cut-off': open('/reset-password'),
  'verify-email-over': open('/verify-email?token=wrong'),
  'verify-email-resend': open('/verify-email'),
  'undo-email-over': open('/undo-email?token=wrong'),
  'not-found': open('/no/such/page'),
  'outbox-none': open('/dev/outbox?to=nobody@example.com'),
  docs: open('/docs'),
};

const signedIn: Record<string, (page: Page) => Promise<void>> = {
  home: open('/'),
  settings: open('/settings'),
  'settings-wrong': async (page) => {
    await open('/settings')(page);
    const form = page.getByRole('region', { name: 'Password' });
    await form.getByLabel('Current password').fill('not this one');
    await form.getByLabel('New password').fill('quite another long password');
    await form.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').waitFor();
  },
  'settings-saved': async (page) => {
    await open('/settings')(page);
    await page.getByRole('button', { name: 'Save name' }).click();
    await page.getByRole('status').waitFor();
  },
  devices: open('/devices'),
  activity: open('/activity'),
};

/** Pages that mails to somebody who is signed in link to: good, filled in wrongly, and after they did their work. */
function linked({ email }: Person): Record<string, (page: Page) => Promise<void>> {
  let link: string;
  const follow = async (page: Page) => {
    link = await site.linkMailedTo(email);
    await page.goto(link);
  };
  return {
    'verify-email': follow,
    'verify-email-done': async (page) => {
      await page.getByRole('button', { name: 'Confirm address' }).click();
      await page.goto(link);
    },
    'reset-password': async (page) => {
      await open('/forgot-password')(page);
      await page.getByLabel('E-mail address').fill(email);
      await page.getByRole('button', { name: 'Send the link' }).click();
      await follow(page);
    },
    'reset-password-wrong': async (page) => {
      await page.getByLabel('New password').fill('short');
      await page.getByRole('button', { name: 'Set the new password' }).click();
      await page.getByRole('alert').waitFor();
    },
    outbox: async (page) => {
      await open(`/dev/outbox?to=${encodeURIComponent(email)}`)(page);
      await page.frameLocator('iframe').first().getByRole('link').first().waitFor();
    },
  };
}

/** Signs in as far as the password goes. */
async function waitForSecondFactor(page: Page, person: Person): Promise<void> {
  await enterPassword(page, site.url, person);
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
}

/** Pages about the second factor of somebody who has none yet, in the order in which they come. */
function secondFactor(person: Person): Record<string, (page: Page) => Promise<void>> {
  let recoveryCode = '';
  const wait = (page: Page) => waitForSecondFactor(page, person);
  const wrongCode = (button: string) => async (page: Page) => {
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByRole('button', { name: button }).first().click();
    await page.getByRole('alert').waitFor();
  };
  return {
    'security-without': open('/security'),
    'new-app-none': open('/security/app'),
    'new-app': async (page) => {
      await open('/security')(page);
      await page.getByRole('button', { name: 'Add an app' }).click();
      await page.getByRole('img', { name: 'QR code' }).waitFor();
    },
    'new-app-wrong': wrongCode('Add the app'),
    'recovery-codes': async (page) => {
      await addApp(page, site.url);
      recoveryCode = await page.locator('.codes code').first().innerText();
    },
    security: open('/security'),
    reauthenticate: open('/reauthenticate?next=/settings'),
    'reauthenticate-wrong': wrongCode('Confirm'),
    'second-factor': async (page) => {
      await open('/')(page);
      await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
      await wait(page);
    },
    'second-factor-wrong': wrongCode('Sign in'),
    'second-factor-recovery': async (page) => {
      await page.getByText('Your app is not at hand?').click();
    },
    'second-factor-recovery-wrong': async (page) => {
      await page.getByLabel('Recovery code').fill('AAAA-AAAA-AAAA-AAAA');
      await page.getByRole('button', { name: 'Sign in' }).last().click();
      await page.getByRole('alert').waitFor();
    },
    'welcome-waiting': open('/'),
    'sign-in-waiting': open('/sign-in'),
    'home-after-second-factor': async (page) => {
      await open('/second-factor')(page);
      await page.getByText('Your app is not at hand?').click();
      await page.getByLabel('Recovery code').fill(recoveryCode);
      await page.getByRole('button', { name: 'Sign in' }).last().click();
      await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    },
  };
}

/** Pages about passkeys of somebody who has none yet, in the order in which they come. */
function passkeys(person: Person): Record<string, (page: Page) => Promise<void>> {
  let authenticator: VirtualAuthenticator;
  const add = (name: string) => async (page: Page) => {
    await open('/security')(page);
    await page.getByLabel('Name (optional)').fill(name);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
  };
  const wait = (page: Page) => waitForSecondFactor(page, person);
  const leave = (page: Page) => page.context().clearCookies();
  const failing = async (page: Page, button: string) => {
    await page.route('**/*options', (route) => route.abort(), { times: 1 });
    await page.getByRole('button', { name: button }).click();
    await page.getByText('Look whether you are online').waitFor();
  };
  const showWrongly = async (page: Page) => {
    const response = { clientDataJSON: 'a', authenticatorData: 'a', signature: 'a' };
    const wrong = JSON.stringify({ id: 'a', rawId: 'a', type: 'public-key', response });
    await page.locator('input[name=passkey]').evaluate((field, value) => {
      (field as HTMLInputElement).value = value;
      (field as HTMLInputElement).form?.submit();
    }, wrong);
    await page.getByRole('alert').waitFor();
  };
  return {
    'passkey-codes': async (page) => {
      authenticator = await addAuthenticator(page, { isBackedUp: true });
      await add('Password manager on the phone')(page);
      await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    },
    'security-passkey': async (page) => {
      await authenticator.remove();
      await addAuthenticator(page, { isResident: false, verifiesUser: false });
      await add('A key of blue metal')(page);
      await page.getByText('The passkey is added.').waitFor();
    },
    'security-passkey-open': async (page) => {
      await page.getByText('Rename or remove').first().click();
      await page.getByText('Do without a password').click();
    },
    'security-passkey-name-wrong': async (page) => {
      await page.getByLabel('Name', { exact: true }).first().fill('\u3164');
      await page.getByRole('button', { name: 'Save the name' }).first().click();
      await page.getByRole('alert').waitFor();
    },
    'security-passkey-failed': async (page) => {
      await open('/security')(page);
      await failing(page, 'Add a passkey');
    },
    'reauthenticate-passkey': open('/reauthenticate'),
    'second-factor-passkey': async (page) => {
      await leave(page);
      await wait(page);
    },
    'second-factor-passkey-failed': (page) => failing(page, 'Use a passkey'),
    'second-factor-both': async (page) => {
      await page.getByRole('button', { name: 'Use a passkey' }).click();
      await page.getByRole('heading', { name: /^Hello/ }).waitFor();
      await open('/security')(page);
      await page.getByRole('button', { name: 'Add an app' }).click();
      await page.getByLabel('Code', { exact: true }).fill((await codeShownFor(page)).code);
      await page.getByRole('button', { name: 'Add the app' }).click();
      await page.getByText('The authenticator app is added.').waitFor();
      await leave(page);
      await wait(page);
    },
    'second-factor-both-wrong': async (page) => {
      await showWrongly(page);
    },
    'security-both': async (page) => {
      await page.getByRole('button', { name: 'Use a passkey' }).click();
      await page.getByRole('heading', { name: /^Hello/ }).waitFor();
      await open('/security')(page);
    },
    'security-without-password': async (page) => {
      await page.getByText('Do without a password').click();
      await page.getByRole('button', { name: 'Remove the password' }).click();
      await page.getByText('The password is removed').waitFor();
    },
    'settings-without-password': open('/settings'),
    'sign-in-passkey-wrong': async (page) => {
      await leave(page);
      await open('/sign-in')(page);
      await showWrongly(page);
    },
    'sign-in-passkey-failed': async (page) => {
      await open('/sign-in')(page);
      await failing(page, 'Sign in with a passkey');
    },
  };
}

describe.each(views)('in the %s theme, at a width of %d', (colorScheme, width) => {
  const viewport = { width, height: width < 600 ? 844 : 900 };
  const context = () => chromium.newContext({ colorScheme, viewport, deviceScaleFactor: 1 });

  const look = (page: Page, name: string) =>
    lookAtPage(page, name, `${name}-${colorScheme}-${width}`, name !== 'docs');

  async function lookAt(shown: Record<string, (page: Page) => Promise<void>>, browser: BrowserContext) {
    const page = await browser.newPage();
    for (const [name, show] of Object.entries(shown)) {
      await show(page);
      await look(page, name);
    }
    await browser.close();
  }

  test('pages for everybody can be read by all', async () => {
    await lookAt(anonymous, await context());
  });

  test('pages of a second factor can be read by all', async () => {
    const browser = await context();
    const page = await browser.newPage();
    const person = newPerson();
    await signUp(page, site.url, person);
    await open('/reauthenticate')(page);
    await look(page, 'reauthenticate-password');
    await lookAt(secondFactor(person), browser);
  });

  test('pages of passkeys can be read by all', async () => {
    const browser = await context();
    const person = newPerson();
    await signUp(await browser.newPage(), site.url, person);
    await lookAt(passkeys(person), browser);
  });

  test('pages of somebody can be read by all', async () => {
    const browser = await context();
    const page = await browser.newPage();
    const person = newPerson();
    await signUp(page, site.url, person);
    const phone = await chromium.newContext({
      userAgent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    });
    await signIn(await phone.newPage(), site.url, person, password);
    await phone.close();
    await lookAt({ ...signedIn, ...linked(person) }, browser);
  });
});
