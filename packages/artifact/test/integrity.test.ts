import { execFileSync } from 'node:child_process';
import { checkIntegrity, integrityOf } from '@agentmesh/artifact';
import { describe, expect, it } from 'vitest';

const BYTES = Buffer.from('agentmesh');

describe('integrity', () => {
  it('is what openssl computes', () => {
    const digest = execFileSync('openssl', ['dgst', '-sha512', '-binary'], { input: BYTES });
    expect(integrityOf(BYTES)).toBe(`sha512-${digest.toString('base64')}`);
  });

  it('is accepted when it is the one of the bytes', () => {
    expect(() => checkIntegrity(BYTES, integrityOf(BYTES))).not.toThrow();
  });

  it.each([
    '',
    'sha512-',
    integrityOf(Buffer.from('x')),
    `sha256-${'a'.repeat(43)}=`,
    `${integrityOf(BYTES)} sha512-x`,
  ])('is refused when it is %j', (integrity) => {
    expect(() => checkIntegrity(BYTES, integrity)).toThrow(expect.objectContaining({ code: 'INTEGRITY_MISMATCH' }));
  });
});
