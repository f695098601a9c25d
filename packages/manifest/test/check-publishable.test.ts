import { checkPublishable, type ManifestFields, PUBLISH_LIMITS } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { sample } from './sample.js';

describe('what can be published', () => {
  it('the plain manifest, and one with everything', () => {
    expect(checkPublishable(sample())).toEqual([]);
    expect(
      checkPublishable(
        sample({
          name: 'x'.repeat(128),
          version: '1.10',
          description: `Füße\n😀${'x'.repeat(PUBLISH_LIMITS.description - 6)}`,
          author: 'José 👩‍💻',
          capabilities: ['a b', ''],
          dependencies: ['base>=1.0.0,<2.0.0', 'other'],
          min_agentmesh_version: '1.5.0',
          organization: 'contoso',
          artifact_url: 'https://example.com/a.zip',
          artifact_sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          entry: './src/my entry.js',
          runtime: 'javascript',
          engine: 'node',
          permissions: { net: ['a:1'] },
          content_digest: 'h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
          license: 'MIT OR Apache-2.0',
          homepage: 'http://localhost:8080/x?y#z',
          repository: 'HTTPS://example.com/a.git',
          keywords: ['k'],
          'x-own.key_1': { a: ['\u0007'] },
        }),
      ),
    ).toEqual([]);
  });

  it('counts characters, not code units', () => {
    expect(checkPublishable(sample({ author: '😀'.repeat(PUBLISH_LIMITS.author) }))).toEqual([]);
  });
});

describe('what cannot be published', () => {
  it.each<[Partial<ManifestFields>, string]>([
    [{ name: 'é' }, 'name-not-portable name'],
    [{ name: '-a' }, 'name-not-portable name'],
    [{ name: 'NUL' }, 'name-not-portable name'],
    [{ version: '01.0' }, 'version-leading-zero version'],
    [{ version: '1.00' }, 'version-leading-zero version'],
    [{ version: `1.${'9'.repeat(70)}` }, 'text-too-long version'],
    [{ min_agentmesh_version: 'garbage' }, 'version-invalid min_agentmesh_version'],
    [{ min_agentmesh_version: '' }, 'version-invalid min_agentmesh_version'],
    [{ author: 'a\nb' }, 'text-control author'],
    [{ author: 'a\u001b[31m' }, 'text-control author'],
    [{ author: 'x'.repeat(257) }, 'text-too-long author'],
    [{ description: 'a\rb' }, 'text-control description'],
    [{ description: 'a\tb' }, 'text-control description'],
    [{ description: 'a\u0085b' }, 'text-control description'],
    [{ description: 'a\u2028b' }, 'text-control description'],
    [{ description: 'cafe\u0301' }, 'text-not-nfc description'],
    [{ description: 'a\u202eb' }, 'text-bidi description'],
    [{ description: 'x'.repeat(4097) }, 'text-too-long description'],
    [{ organization: 'a\u2066b' }, 'text-bidi organization'],
    [{ organization: 'x'.repeat(129) }, 'text-too-long organization'],
    [{ license: 'x'.repeat(129) }, 'text-too-long license'],
    [{ capabilities: ['ok', 'a\nb'] }, 'text-control capabilities[1]'],
    [{ capabilities: ['e\u0301'] }, 'text-not-nfc capabilities[0]'],
    [{ capabilities: Array(101).fill('a') }, 'list-too-long capabilities'],
    [{ keywords: ['x'.repeat(257)] }, 'text-too-long keywords[0]'],
    [{ dependencies: ['a', 'b==1.*'] }, 'dependency-invalid dependencies[1]'],
    [{ dependencies: ['a_b>=1', 'A-B'] }, 'dependency-duplicate dependencies[1]'],
    [{ dependencies: ['sample_plugin'] }, 'dependency-on-itself dependencies[0]'],
    [{ homepage: 'javascript:alert(1)' }, 'url-invalid homepage'],
    [{ homepage: 'example.com' }, 'url-invalid homepage'],
    [{ repository: 'https://user:secret@example.com/a' }, 'url-invalid repository'],
    [{ repository: 'https://exa mple.com' }, 'url-invalid repository'],
    [{ artifact_url: 'file:///etc/passwd' }, 'url-invalid artifact_url'],
    [{ artifact_url: `https://example.com/${'x'.repeat(2048)}` }, 'text-too-long artifact_url'],
    [{ artifact_sha256: 'xyz' }, 'digest-invalid artifact_sha256'],
    [{ artifact_sha256: '' }, 'digest-invalid artifact_sha256'],
    [{ content_digest: 'h1:abc' }, 'digest-invalid content_digest'],
    [{ runtime: 'python', engine: 'node' }, 'engine-unused engine'],
    [{ 'x-ä': 1 }, 'extension-key x-ä'],
    [{ [`x-${'a'.repeat(70)}`]: 1 }, `extension-key x-${'a'.repeat(70)}`],
    [{ 'x-a': 'x'.repeat(16_384) }, 'text-too-long x-a'],
    [Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`x-${index}`, 1])), 'list-too-long x-…'],
  ])('%j', (fields, finding) => {
    expect(checkPublishable(sample(fields)).map(({ code, path }) => `${code} ${path}`)).toContain(finding);
  });

  it.each([
    '../x.js',
    '/x.js',
    'a//b.js',
    './../x.js',
    'a/../b.js',
    'C:\\x.js',
    'a\\b.js',
    'a/CON.js',
    'a./b.js',
    'x.js ',
    '',
    './',
  ])('entry "%s"', (entry) => {
    expect(checkPublishable(sample({ entry })).map(({ code }) => code)).toEqual(['entry-unsafe']);
  });

  it('is told all at once, each with a message', () => {
    const findings = checkPublishable(sample({ name: 'é', version: '01.0', author: '\u0007', homepage: 'x' }));
    expect(findings.map(({ code }) => code)).toEqual([
      'name-not-portable',
      'version-leading-zero',
      'text-control',
      'url-invalid',
    ]);
    expect(findings.every(({ message, severity }) => message.startsWith('expected') && severity === 'error')).toBe(
      true,
    );
  });
});
