import { chmod, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Program } from '../src/drivers/driver.js';
import { createSeatbeltDriver } from '../src/drivers/seatbelt.js';
import { seatbeltProfile } from '../src/drivers/seatbelt-profile.js';
import { freshFolder } from './box.js';

async function tree(): Promise<{ root: string; file: string; folder: string }> {
  const root = await realpath(await freshFolder());
  await mkdir(join(root, 'folder'));
  await writeFile(join(root, 'node'), '');
  return { root, file: join(root, 'node'), folder: join(root, 'folder') };
}

/** The rules of a profile, one a line. */
async function rules(forks = false): Promise<{ rules: string[]; file: string; folder: string; root: string }> {
  const { root, file, folder } = await tree();
  const profile = seatbeltProfile({ file, readable: [folder], forks });
  return { rules: profile.trim().split('\n'), file, folder, root };
}

describe('a profile of sandbox-exec', () => {
  it('denies whatever it does not name', async () => {
    expect((await rules()).rules.slice(0, 3)).toEqual(['(version 1)', '(deny default)', '(deny network*)']);
  });

  it('allows these operations and no other', async () => {
    const allowed = (await rules()).rules.filter((rule) => rule.startsWith('(allow '));
    const operations = allowed.map((rule) => /^\(allow ([a-z* -]+?)(?: \(.*)?\)$/.exec(rule)?.[1]);
    expect([...new Set(operations)].toSorted()).toEqual([
      'dynamic-code-generation',
      'file-read*',
      'file-read* file-map-executable',
      'file-read-data',
      'file-read-metadata',
      'process-exec',
      'process-info*',
      'signal',
      'sysctl-read',
    ]);
  });

  it('lets the one binary be run, and processes be made only by a server of forks', async () => {
    const { rules: lines, file } = await rules();
    expect(lines.filter((line) => line.includes('process-exec'))).toEqual([`(allow process-exec (literal "${file}"))`]);
    expect(lines.join()).not.toContain('process-fork');
    expect((await rules(true)).rules).toContain('(allow process-fork)');
  });

  it('lets files of the program be read, folders whole, and of what is above them the names alone', async () => {
    const { rules: lines, file, folder, root } = await rules();
    expect(lines).toContain(`(allow file-read* file-map-executable (literal "${file}") (subpath "${folder}"))`);
    const above = lines.find((line) => line.startsWith('(allow file-read-metadata')) ?? '';
    expect(above).toContain(`(literal "${root}")`);
    expect(above).toContain('(literal "/")');
    expect(above).not.toContain('subpath');
    const readable = lines.filter((line) => line.startsWith('(allow file-read*')).join();
    expect(readable).not.toMatch(/"(?:\/|\/Users|\/private|\/etc|\/var|\/tmp|\/Library)"/);
  });

  it('lets it signal and look at nobody but itself', async () => {
    const { rules: lines } = await rules();
    expect(lines).toEqual(
      expect.arrayContaining(['(allow signal (target self))', '(allow process-info* (target self))']),
    );
  });

  it('cannot be extended by the name of a folder', async () => {
    const { root, file } = await tree();
    const folder = join(root, 'x")) (allow default) (version 1) ;\\');
    await mkdir(folder);
    const profile = seatbeltProfile({ file, readable: [folder], forks: false });
    const outside = profile.replace(/"(?:\\.|[^"\\])*"/g, '""');
    expect(outside).not.toContain('allow default');
    expect(outside.match(/\(version 1\)/g)).toHaveLength(1);
  });

  it.each(['\n(allow default)', '\u0000', '\r', '\u007f'])(
    'is not made for a path with a control character',
    (text) => {
      const options = { file: `/x${text}`, readable: [], forks: false };
      expect(() => seatbeltProfile(options)).toThrow(expect.objectContaining({ code: 'SANDBOX_UNAVAILABLE' }));
    },
  );
});

describe.runIf(process.platform !== 'win32')('the seatbelt driver', () => {
  it('starts the real binary under the profile, within the limits, with no environment of its host', async () => {
    const folder = await freshFolder();
    const standIn = join(folder, 'sandbox-exec');
    // Says what it was given, and runs it.
    await writeFile(standIn, '#!/bin/sh\necho "$1"; echo "$2" | head -1; ulimit -n; shift 2; exec "$@"\n');
    await chmod(standIn, 0o755);
    const driver = createSeatbeltDriver(standIn);
    const program: Program = {
      id: 'test',
      command: (place) => ({
        file: place(process.execPath, '/agentmesh/node'),
        args: ['-p', 'process.env.SECRET'],
        env: {},
      }),
    };
    process.env.SECRET = 'secret';
    const box = driver.start(program, { descriptors: 40, threads: 16, memoryBytes: 1024 });
    delete process.env.SECRET;
    let text = '';
    box.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    box.stderr.resume();
    expect(await box.closed).toEqual({ code: 0, signal: null });
    expect([driver.id, driver.level]).toEqual(['seatbelt', 'os-basic']);
    expect(text.split('\n')).toEqual(['-p', '(version 1)', '40', 'undefined', '']);
  });
});
