import { createManifest, type ManifestFields } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { type Release, release, upload } from '../support/releases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const app: TestApp = await createTestApp();
const publish = async (made: Release): Promise<void> => {
  const { name, version } = made;
  expect((await app.request(`/v1/plugins/${name}/${version}`, upload(made, app.publisher))).status).toBe(201);
};
/** As a file of another tool would. */
const list = async (fields: Partial<ManifestFields> & { readonly name: string }): Promise<void> => {
  const usual = {
    version: '1.0.0',
    description: 'Listed',
    author: 'alice@example.com',
    plugin_type: 'integration',
  } as const;
  const manifest = createManifest({ ...usual, ...fields });
  await app.deps.database.store.change(fields.name, (rows) => rows.put({ manifest, status: { state: 'active' } }));
};
const page = async (path: string): Promise<string> => (await app.request(path)).text();
/** What a plugin must never get into a page. */
const ACTIVE =
  /<(?:script(?! src="\/web\/)|img|iframe|object|embed|svg|base|meta http|form (?![^>]*action="\/"))|\son\w+=|javascript:/i;

describe('the search page', () => {
  it('shows what was found, and nothing that a plugin says as markup', async () => {
    await publish(
      await release({ name: 'tricky', description: '<script>alert(1)</script>"><img src=x onerror=alert(1)>' }),
    );
    const html = await page('/?q=tricky');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('href="/p/tricky"');
    expect(html.replaceAll(/&lt;.*?&gt;/g, '')).not.toMatch(ACTIVE);
  });

  it.each(['"><script>alert(1)</script>', '"onfocus="alert(1)" x="'])(
    'shows the text that was searched for as text: %s',
    async (text) => {
      const html = await page(`/?q=${encodeURIComponent(text)}`);
      expect(html).not.toContain(text);
      expect(html).toContain('Nothing was found.');
    },
  );

  it('keeps text and type on the way to the next page', async () => {
    for (let number = 0; number < 31; number++) await list({ name: `page-${number}`, plugin_type: 'agent' });
    const html = await page('/?q=page&type=agent');
    const next = /href="(\/\?[^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(next).toMatch(/^\/\?q=page&type=agent&cursor=/);
    expect((await page(next)).match(/<li>/g)).toHaveLength(1);
  });

  it('answers what it cannot read as a page, too', async () => {
    const answer = await app.request('/?type=nonsense');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('Bad request');
  });
});

describe('the page of a plugin', () => {
  it('shows who signed what, what it asks for, what it needs and who needs it', async () => {
    const base = await release({
      name: 'base',
      version: '1.0.0',
      permissions: { net: ['api.example.com:443'] },
      license: 'MIT',
    });
    await publish(base);
    await publish(await release({ name: 'base', version: '1.2.0' }));
    await publish(await release({ name: 'user', dependencies: ['base>=1.0.0'] }));
    const first = await page('/p/base/1.0.0');
    expect(first).toMatch(/SHA256:[\w+/]{43}/);
    expect(first).toContain(base.integrity);
    expect(first).toContain('api.example.com:443');
    expect(first).toContain('href="/p/user"');
    expect(first).toContain('href="/p/base/1.2.0"');
    const latest = await page('/p/base');
    expect(latest).toContain('<title>base 1.2.0 · agentmesh</title>');
    expect(await page('/p/user')).toContain('href="/p/base"');
  });

  it('says that a version is deprecated or yanked, and why', async () => {
    await publish(await release({ name: 'old' }));
    const say = (action: string, body: object) =>
      app.request(`/v1/plugins/old/1.0.0/${action}`, {
        method: 'POST',
        token: app.admin,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    expect((await say('deprecate', { reason: 'too <slow>', successor: 'base' })).status).toBe(200);
    const html = await page('/p/old');
    expect(html).toContain('too &lt;slow&gt;');
    expect(html).toContain('href="/p/base"');
    await say('yank', { reason: 'leaks' });
    expect(await page('/p/old/1.0.0')).toContain('Yanked');
    expect((await app.request('/p/old')).status).toBe(404);
  });

  it('shows a README without its markup, images, scripts and local links', async () => {
    const readme = [
      '# Title',
      '<script>alert(1)</script><img src=x onerror=alert(1)>',
      '[run](javascript:alert(1)) [data](data:text/html,x) [away](//evil.example) [here](/v1/tokens) [good](https://example.com/)',
      '![picture](https://tracker.example/pixel.png)',
      '| a | b |\n|---|---|\n| `c` | **d** |',
      '<details ontoggle=alert(1) open>x</details>',
    ].join('\n\n');
    await publish(await release({ name: 'readable' }, { files: { 'README.md': readme } }));
    const html = await page('/p/readable');
    const article = /<article[^>]*>(.*)<\/article>/s.exec(html)?.[1] ?? '';
    expect(article).toContain('<h2>Title</h2>');
    expect(article).toContain('<td><code>c</code></td>');
    expect(article).toContain('<a href="https://example.com/" rel="nofollow noopener noreferrer ugc">good</a>');
    expect(article.match(/href=/g)).toHaveLength(1);
    expect(article).toContain('picture');
    expect(article.replaceAll(/&lt;.*?&gt;/g, '')).not.toMatch(/<(?:script|img|details)|tracker|onerror/);
  });

  it.each([
    ['open brackets', '['.repeat(65_536)],
    ['emphasis that never ends', '*a **b '.repeat(9_000)],
    ['quotes in quotes', `${'>'.repeat(60_000)}a`],
    ['lists in lists', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}- a`).join('\n')],
    ['back-ticks', '`a``b'.repeat(13_000)],
    ['links to nowhere', '[a](<'.repeat(13_000)],
    ['half a tag', '<a '.repeat(20_000)],
    ['a table of pipes', `${'|'.repeat(20_000)}\n${'|-'.repeat(10_000)}\n${'|'.repeat(20_000)}`],
    ['entities', '&#x41;&amp;&'.repeat(5_000)],
  ])('is not held up by a README of %s', async (name, readme) => {
    const plugin = `slow-${name.replaceAll(/[^a-z]+/g, '-')}`;
    await publish(await release({ name: plugin }, { files: { 'README.md': readme } }));
    const before = process.cpuUsage();
    expect((await app.request(`/p/${plugin}`)).status).toBe(200);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1_000);
  });

  it('shows the beginning of a README that is long', async () => {
    await publish(await release({ name: 'long' }, { files: { 'README.md': `begin ${'word '.repeat(20_000)}end` } }));
    const html = await page('/p/long');
    expect(html).toContain('Only its beginning is shown');
    expect(html).toContain('<p>begin word');
  });

  it('shows what only files of other tools hold as what it is: characters that reorder or hide text, addresses that are none', async () => {
    await list({
      name: 'turned',
      description: 'harmless \u202egnp.exe\u200b',
      homepage: 'javascript:alert(1)',
      dependencies: ['no dependency at all', '<b>'],
    });
    const html = await page('/p/turned');
    expect(html).toContain('\\u{202e}gnp.exe\\u{200b}');
    expect(html).not.toMatch(/[\u202e\u200b]|href="javascript:/);
    expect(html).toContain('<bdi>javascript:alert(1)</bdi>');
    expect(html).toContain('&lt;b&gt;');
  });

  it('is a page for a name that is not there', async () => {
    const answer = await app.request('/p/bsae');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await answer.text()).toContain('The registry lists no plugin bsae');
  });
});

describe('every page', () => {
  it.each(['/', '/p/base', '/sources', '/p/none', '/?type=x'])(
    '%s may do nothing but use its own style and script',
    async (path) => {
      const { headers } = await app.request(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it('finds its style and its script', async () => {
    const html = await page('/');
    for (const [, path = ''] of html.matchAll(/(?:href|src)="(\/web\/[^"]+)"/g)) {
      const answer = await app.request(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toContain('immutable');
    }
  });
});

describe('the page of a workspace', () => {
  const basic = (token: string) => ({ headers: { authorization: `Basic ${btoa(`me:${token}`)}` } });

  it('asks a browser for a token, which is the password', async () => {
    const refused = await app.request('/w/one', { headers: { accept: 'text/html' } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="agentmesh", charset="UTF-8"');
    const shown = await app.request('/w/one', basic(await app.token('install:one')));
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain('No plugin is installed.');
    expect((await app.request('/w/two', basic(await app.token('install:one')))).status).toBe(403);
    expect((await app.request('/w/one', basic('amt_wrong_token'))).status).toBe(401);
  });

  it('takes no password for a change, which any page could make a browser send', async () => {
    const answer = await app.request('/workspaces/one/plugins', {
      method: 'POST',
      body: '{"source":"local://x"}',
      headers: { ...basic(app.admin).headers, 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(401);
  });
});

it('lists the sources', async () => {
  expect(await page('/sources')).toContain('<code>github://</code>');
});
