import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that tests run, and the Debian package of each. */
const TOOLS = [
  { program: 'openssl', debian: 'openssl' },
  { program: 'sha256sum', debian: 'coreutils' },
  { program: 'python3', debian: 'python3' },
  { program: 'strace', debian: 'strace' },
  { program: 'unshare', debian: 'util-linux' },
  { program: 'bwrap', debian: 'bubblewrap' },
  { program: 'docker-registry', debian: 'docker-registry' },
  { program: 'psql', debian: 'postgresql' },
  { program: 'chromium', debian: 'chromium' },
  { program: 'podman', debian: 'podman' },
  { program: 'crun', debian: 'crun' },
  { program: 'busybox', debian: 'busybox-static' },
  { program: 'curl', debian: 'curl' },
  { program: 'git', debian: 'git' },
  { program: 'ssh', debian: 'openssh-client' },
  { program: 'sshd', debian: 'openssh-server' },
] as const;
/** Where Debian has servers, which is in few users' search path. */
const SERVER_FOLDERS = ['/usr/sbin', '/sbin'];
/** Forbids the start of a service that was just installed (invoke-rc.d(8)): tests start their own, on loopback. */
const POLICY = { path: '/usr/sbin/policy-rc.d', text: '#!/bin/sh\nexit 101\n' };

/**
 * Sees to the programs that tests need: installs Debian's packages where this process may (root on Debian), else says what to install.
 *
 * @returns the programs that are still missing
 */
export function setUpSystemTools(): string[] {
  const missing = TOOLS.filter((tool) => !isInstalled(tool.program));
  if (missing.length === 0) return [];
  const packages = missing.map((tool) => tool.debian);
  if (process.getuid?.() === 0 && isInstalled('apt-get')) {
    install(packages);
  } else {
    process.stderr.write(
      `Some tests need programs that are missing. On Debian: apt-get install ${packages.join(' ')}\n`,
    );
  }
  return missing.map((tool) => tool.program).filter((program) => !isInstalled(program));
}

function install(packages: readonly string[]): void {
  const hasPolicy = existsSync(POLICY.path);
  if (!hasPolicy) writeFileSync(POLICY.path, POLICY.text, { mode: 0o755 });
  try {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: 'inherit' });
  } finally {
    if (!hasPolicy) rmSync(POLICY.path);
  }
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SERVER_FOLDERS];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}
