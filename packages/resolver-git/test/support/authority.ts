import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate authority of one test run, and a certificate of it for the names of the tests. */
export interface Authority {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** Made with openssl: for git.test, other.test, localhost and 127.0.0.1. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'agentmesh-authority-'));
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const days = ['-days', '2'];
  try {
    openssl(
      ...['req', '-x509', ...newKey, ...days, '-subj', '/CN=Test Authority'],
      ...['-keyout', path('ca.key'), '-out', path('ca.pem')],
    );
    openssl('req', ...newKey, '-subj', '/CN=git.test', '-keyout', path('key.pem'), '-out', path('request.pem'));
    writeFileSync(path('names'), 'subjectAltName=DNS:git.test,DNS:other.test,DNS:localhost,IP:127.0.0.1\n');
    const signing = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', ...days];
    openssl(
      'x509',
      '-req',
      '-in',
      path('request.pem'),
      ...signing,
      '-extfile',
      path('names'),
      '-out',
      path('cert.pem'),
    );
    const read = (name: string): string => readFileSync(path(name), 'utf8');
    return { ca: read('ca.pem'), key: read('key.pem'), cert: read('cert.pem') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
