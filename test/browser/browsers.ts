import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from './chromium.ts';
import { type MoreVariables, type Site, startSite } from './site.ts';

/** Browsers of one test file, in front of one site. */
export interface TestBrowsers {
  readonly site: Pick<Site, 'url' | 'restart' | 'linkMailedTo' | 'codeMailedTo' | 'makeAdministrator'>;
  /** What Chromium said against a page; a test that expects some of it takes it out. */
  readonly complaints: string[];
  /** A browser with cookies of its own, which is closed after the test. */
  openBrowser(options?: BrowserContextOptions): Promise<Page>;
  /** Another tab of a browser. */
  openTab(context: BrowserContext): Promise<Page>;
}

/** Gives a test file a site and browsers. A test fails where a page loads or does something against its own policy. */
export function testBrowsers(more?: MoreVariables): TestBrowsers {
  let started: Site;
  let chromium: Browser;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    [started, chromium] = await Promise.all([startSite(more), launchChromium()]);
  });
  afterAll(async () => {
    await chromium?.close();
    await started?.stop();
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    // Whatever a page loads or does against its own policy, Chromium says there.
    expect(complaints.splice(0)).toEqual([]);
  });

  async function openTab(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.on('console', (message) => {
      const isRefusal = /Failed to load resource: the server responded with a status of 4\d\d/.test(
        message.text(),
      );
      if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    return page;
  }

  return {
    site: {
      get url() {
        return started.url;
      },
      restart: () => started.restart(),
      linkMailedTo: (address) => started.linkMailedTo(address),
      codeMailedTo: (address) => started.codeMailedTo(address),
      makeAdministrator: (address) => started.makeAdministrator(address),
    },
    complaints,
    openBrowser: async (options) => {
      const context = await chromium.newContext(options);
      contexts.push(context);
      return openTab(context);
    },
    openTab,
  };
}
