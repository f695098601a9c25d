import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/create-app.js';
import { type Listening, listen } from '../../src/listen.js';
import { release, upload } from '../support/releases.js';
import { createTestApp } from '../support/test-app.js';

const README =
  '# Weather\n\nTells the *weather*.\n\n```js\nforecast()\n```\n\n<img src=x onerror="document.title=\'owned\'">\n';
const app = await createTestApp({ args: ['--port', '0'] });
let server: Listening;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  const fields = { name: 'weather', permissions: { net: ['api.example.com:443'] }, license: 'MIT' };
  for (const made of [
    await release({ ...fields, version: '1.0.0' }),
    await release({ ...fields, version: '1.1.0', dependencies: ['units>=1.0.0'] }, { files: { 'README.md': README } }),
    await release({ name: 'units', description: 'Converts <b>units</b>', plugin_type: 'validator' }),
  ]) {
    await app.request(`/v1/plugins/${made.name}/${made.version}`, upload(made, app.publisher));
  }
  server = await listen(createApp(app.deps), app.deps.config);
  origin = `http://127.0.0.1:${server.port}`;
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

afterAll(async () => {
  await browser?.close();
  await server?.close(AbortSignal.abort());
});

/** Opens a page in a fresh browser profile, and closes it afterwards. */
async function visit<T>(
  path: string,
  work: (page: Page) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    await page.goto(origin + path);
    return await work(page);
  } finally {
    await context.close();
  }
}

describe('in a browser', () => {
  it('a plugin is searched for, opened and its command copied', async () => {
    const copied = await visit(
      '/',
      async (page) => {
        await page.getByLabel('Search plugins').fill('weath');
        await page.getByRole('button', { name: 'Search' }).click();
        await page.getByRole('link', { name: 'weather' }).click();
        expect(await page.title()).toBe('weather 1.1.0 · agentmesh');
        await page.getByRole('button', { name: 'Copy' }).click();
        await page.getByText('Copied').waitFor();
        return page.evaluate<unknown>('navigator.clipboard.readText()');
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    );
    expect(copied).toBe(`agentmesh plugin install weather --version 1.1.0 --registry ${origin}`);
  });

  it('all of it works with the keyboard alone', async () => {
    await visit('/', async (page) => {
      const press = async (key: string, times = 1) => {
        for (let time = 0; time < times; time++) await page.keyboard.press(key);
      };
      const focused = () => page.evaluate<unknown>('document.activeElement.textContent.trim()');
      await press('Tab');
      expect(await focused()).toBe('Skip to content');
      await press('Tab', 2);
      await page.keyboard.type('units');
      await press('Enter');
      await page.waitForURL(/q=units/);
      for (let tabs = 0; (await focused()) !== 'units' && tabs < 20; tabs++) await press('Tab');
      await press('Enter');
      await page.waitForURL(/\/p\/units$/);
      for (let tabs = 0; (await focused()) !== 'weather' && tabs < 30; tabs++) await press('Tab');
      await press('Enter');
      await page.waitForURL(/\/p\/weather$/);
    });
  });

  it('all of it works without scripts', async () => {
    await visit(
      '/?q=weather&type=integration',
      async (page) => {
        await page.getByLabel('Type').selectOption('validator');
        await page.getByRole('button', { name: 'Filter' }).click();
        expect(await page.getByText('Nothing was found.').count()).toBe(1);
        await page.goto(`${origin}/p/weather`);
        expect(await page.locator('code.command').textContent()).toContain('agentmesh plugin install weather');
      },
      { javaScriptEnabled: false },
    );
  });

  it('nothing of a plugin runs, and nothing is asked of another host', async () => {
    const requests: string[] = [];
    const complaints: string[] = [];
    await visit('/', async (page) => {
      page.on('request', (request) => requests.push(new URL(request.url()).host));
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(`${origin}/p/weather`);
      expect(await page.title()).toBe('weather 1.1.0 · agentmesh');
      expect(await page.locator('.readme img').count()).toBe(0);
    });
    expect(new Set(requests)).toEqual(new Set([new URL(origin).host]));
    expect(complaints).toEqual([]);
  });
});

describe('for everybody', () => {
  const shots = join(tmpdir(), `agentmesh-pages-${process.pid}`);
  beforeAll(() => mkdir(shots, { recursive: true }));
  afterAll(async () => {
    if (process.env.KEEP_PAGES === undefined) await rm(shots, { recursive: true });
  });

  // Each scheme and each width once: together they show nothing more.
  const looks = [
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 360 },
  ] as const;
  it.each(looks)(
    '$colorScheme, $width wide: readable, nothing sticks out, no serious findings of axe',
    async ({ colorScheme, width }) => {
      const look = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true };
      await visit(
        '/',
        async (page) => {
          for (const path of ['/', '/p/weather', '/sources', '/p/none', '/docs']) {
            await page.goto(origin + path);
            const name = `${colorScheme}-${width}${path.replaceAll('/', '_')}.png`;
            await page.screenshot({ path: join(shots, name), fullPage: true });
            expect(await page.evaluate<unknown>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
            expect(await runAxe(page)).toEqual([]);
          }
        },
        look,
      );
    },
  );
});

/** Findings that keep somebody out. The page's own policy would let no such script in. */
async function runAxe(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: axe.source });
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
