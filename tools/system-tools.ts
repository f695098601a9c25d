import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
  { program: 'git', debian: 'git' },
  { program: 'ssh', debian: 'openssh-client' },
  { program: 'sshd', debian: 'openssh-server' },
] as const;

/**
 * Sees to the programs that tests need: installs Debian's packages where this process may (root on Debian), else says what to install.
 *
 * @returns the programs that are still missing
 */
export function setUpSystemTools(): string[] {
  const missing = TOOLS.filter((tool) => !isOnPath(tool.program));
  if (missing.length === 0) return [];
  const packages = missing.map((tool) => tool.debian);
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: 'inherit' });
  } else {
    process.stderr.write(
      `Some tests need programs that are missing. On Debian: apt-get install ${packages.join(' ')}\n`,
    );
  }
  return missing.map((tool) => tool.program).filter((program) => !isOnPath(program));
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));
}
