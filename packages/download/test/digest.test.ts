import { createHash } from 'node:crypto';
import { formatSri, parseDigest } from '@agentmesh/download';
import { describe, expect, it } from 'vitest';

const hex = (algorithm: string): string => createHash(algorithm).update('x').digest('hex');
const base64 = (algorithm: string): string => createHash(algorithm).update('x').digest('base64');

describe('a digest', () => {
  it.each(['sha256', 'sha512'] as const)('of %s is read in hex and in base64, and written as SRI', (algorithm) => {
    const digest = `${algorithm}:${hex(algorithm)}` as const;
    expect(parseDigest(digest)).toBe(digest);
    expect(parseDigest(`${algorithm}:${hex(algorithm).toUpperCase()}`)).toBe(digest);
    expect(parseDigest(`${algorithm}-${base64(algorithm)}`)).toBe(digest);
    expect(parseDigest(`${algorithm}-${base64(algorithm).replace(/=+$/, '')}`)).toBe(digest);
    expect(formatSri(digest)).toBe(`${algorithm}-${base64(algorithm)}`);
  });

  it.each([
    ['nothing', ''],
    ['a weak algorithm', `sha1:${hex('sha1')}`],
    ['an algorithm in capitals', `SHA256:${hex('sha256')}`],
    ['a digest of another length', `sha256:${hex('sha512')}`],
    ['a short digest', `sha512:${hex('sha256')}`],
    ['base64 of another length', `sha512-${base64('sha256')}`],
    ['base64 with bits that mean nothing', `sha256-${'A'.repeat(42)}B=`],
    ['base64 of URLs', `sha512-${'-_'.repeat(43)}==`],
    ['two digests', `sha256-${base64('sha256')} sha512-${base64('sha512')}`],
    ['a line end', `sha256:${hex('sha256')}\n`],
  ])('is not %s', (_, text) => {
    expect(parseDigest(text)).toBeUndefined();
  });
});
