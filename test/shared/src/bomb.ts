import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A gzipped tar of some 200 KiB with 200 MiB of zeros in one file below `top`. */
export async function createBomb(top: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-bomb-'));
  try {
    await mkdir(join(folder, top));
    await writeFile(join(folder, top, 'zeros'), '');
    await truncate(join(folder, top, 'zeros'), 200 * 1024 * 1024);
    return execFileSync('tar', ['-czf', '-', '-C', folder, `${top}/zeros`], { maxBuffer: 10 * 1024 * 1024 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
