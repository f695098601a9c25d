import { formatOciReference, parseOciReference } from '@agentmesh/oci';
import { describe, expect, it } from 'vitest';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('a reference', () => {
  it.each([
    ['ghcr.io/acme/demo', { registry: 'ghcr.io', repository: 'acme/demo' }],
    ['ghcr.io/acme/demo:1.0.0', { registry: 'ghcr.io', repository: 'acme/demo', tag: '1.0.0' }],
    ['ghcr.io/acme/demo:_X', { registry: 'ghcr.io', repository: 'acme/demo', tag: '_X' }],
    [`ghcr.io/acme/demo@${DIGEST}`, { registry: 'ghcr.io', repository: 'acme/demo', digest: DIGEST }],
    ['localhost/demo', { registry: 'localhost', repository: 'demo' }],
    ['localhost:5000/demo:latest', { registry: 'localhost:5000', repository: 'demo', tag: 'latest' }],
    ['127.0.0.1:5000/a/b/c', { registry: '127.0.0.1:5000', repository: 'a/b/c' }],
    ['[::1]:5000/demo', { registry: '[::1]:5000', repository: 'demo' }],
    ['registry:5000/demo', { registry: 'registry:5000', repository: 'demo' }],
    ['Registry.Example/a__b/c-d.e/f--g', { registry: 'registry.example', repository: 'a__b/c-d.e/f--g' }],
    ['registry.example:443/demo', { registry: 'registry.example', repository: 'demo' }],
  ])('%s is read and written again', (text, expected) => {
    const reference = parseOciReference(text);
    expect(reference).toEqual(expected);
    expect(parseOciReference(formatOciReference(reference))).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['a registry alone', 'ghcr.io'],
    ['a registry and a slash', 'ghcr.io/'],
    ['no registry', 'acme/demo'],
    ['a user name', 'user@ghcr.io/demo'],
    ['a password', 'user:secret@ghcr.io/demo'],
    ['upper case in the path', 'ghcr.io/Acme/demo'],
    ['a climb', 'ghcr.io/acme/../../demo'],
    ['a dot as a segment', 'ghcr.io/./demo'],
    ['a leading dot', 'ghcr.io/.demo'],
    ['a leading hyphen', 'ghcr.io/-demo'],
    ['two dots', 'ghcr.io/a..b'],
    ['three underscores', 'ghcr.io/a___b'],
    ['an empty segment', 'ghcr.io/a//b'],
    ['a trailing slash', 'ghcr.io/a/'],
    ['an empty tag', 'ghcr.io/demo:'],
    ['a tag that is a flag', 'ghcr.io/demo:-x'],
    ['a tag with a slash', 'ghcr.io/demo:a/b'],
    ['a tag of 129 characters', `ghcr.io/demo:${'a'.repeat(129)}`],
    ['a short digest', 'ghcr.io/demo@sha256:abcd'],
    ['a digest in upper case', `ghcr.io/demo@sha256:${'AB'.repeat(32)}`],
    ['a digest of another algorithm', `ghcr.io/demo@md5:${'ab'.repeat(16)}`],
    ['a tag and a digest', `ghcr.io/demo:1@${DIGEST}`],
    ['a scheme', 'https://ghcr.io/demo'],
    ['a query', 'ghcr.io/demo?x=1'],
    ['a fragment', 'ghcr.io/demo#main'],
    ['an escape', 'ghcr.io/%2e%2e/demo'],
    ['a backslash', 'ghcr.io\\demo'],
    ['a blank', 'ghcr.io/de mo'],
    ['a line end', 'ghcr.io/demo\n'],
    ['an address in another spelling', '0x7f.1/demo'],
    ['an address as one number', '2130706433:80/demo'],
    ['a port beyond all', 'ghcr.io:99999/demo'],
    ['a host that ends with a hyphen', 'ghcr-/demo'],
    ['a path over 255 characters', `ghcr.io/${'a/'.repeat(130)}a`],
    ['a long text', `ghcr.io/${'a'.repeat(100_000)}`],
    ['a text that takes a backtracking parser long', `ghcr.io/${'a-'.repeat(500)}!`],
  ])('is refused: %s', (_, text) => {
    expect(() => parseOciReference(text)).toThrow(expect.objectContaining({ code: 'SOURCE_SYNTAX' }));
  });

  it('never shows what it refuses, since that may hold a password', () => {
    expect(() => parseOciReference('me:hunter2@ghcr.io/x')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
