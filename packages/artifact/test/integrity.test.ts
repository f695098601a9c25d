import { execFileSync } from 'node:child_process';
import { checkIntegrity, checkIntegrityInSlices, integrityOf } from '@agentmesh/artifact';
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

  it('is the same in slices, which let others run', async () => {
    const large = Buffer.alloc(33_554_433, 'agentmesh');
    let turns = 0;
    const counter = setInterval(() => (turns += 1));
    await checkIntegrityInSlices(large, integrityOf(large)).finally(() => clearInterval(counter));
    expect(turns).toBeGreaterThan(0);
    await expect(checkIntegrityInSlices(large, integrityOf(BYTES))).rejects.toMatchObject({
      code: 'INTEGRITY_MISMATCH',
    });
    await checkIntegrityInSlices(new Uint8Array(), integrityOf(new Uint8Array()));
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
