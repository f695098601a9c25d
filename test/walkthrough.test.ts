import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

describe('the main job', () => {
  it('runs from init to healing, as npm start shows it', async () => {
    const { stdout } = await execa(process.execPath, ['tools/walkthrough.ts'], { cwd: root });
    expect(stdout).toContain('All of it worked.');
  }, 180_000);

  it('also stands as a program, from load to execute', async () => {
    const { stdout } = await execa(process.execPath, ['examples/library/src/load-to-execute.ts'], { cwd: root });
    expect(stdout).toContain('"message":"OK — 5 words (limit: 500)"');
  });

  it('has the trusted-publisher pattern as a program', async () => {
    const { stdout } = await execa(process.execPath, ['examples/library/src/trusted-publisher.ts'], { cwd: root });
    expect(stdout.split('\n')).toEqual([
      'signed by the publisher: verified',
      'checked with another key: SIGNATURE_INVALID',
      'after the key was revoked: refused',
    ]);
  });

  it('has example plugins whose own tests pass', async () => {
    await execa(process.execPath, ['--test'], { cwd: join(root, 'examples/plugins/response-length-validator') });
  });
});
