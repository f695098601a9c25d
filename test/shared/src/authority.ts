import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate authority of one test run, and a certificate of it, all in PEM. */
export interface Authority {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** Made with openssl, for the given host names and for 127.0.0.1. */
export function createAuthority(...hosts: readonly string[]): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'agentmesh-authority-'));
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    const names = ['IP:127.0.0.1', ...hosts.map((host) => `DNS:${host}`)];
    writeFileSync(path('names'), `subjectAltName=${names.join(',')}\n`);
    const self = ['-days', '2', '-subj', '/CN=Test Authority', '-keyout', path('ca.key'), '-out', path('ca.pem')];
    openssl('req', '-x509', ...newKey, ...self);
    openssl('req', ...newKey, '-subj', '/CN=Test Server', '-keyout', path('key.pem'), '-out', path('csr.pem'));
    const signing = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-days', '2'];
    openssl('x509', '-req', '-in', path('csr.pem'), ...signing, '-extfile', path('names'), '-out', path('cert.pem'));
    const read = (name: string): string => readFileSync(path(name), 'utf8');
    return { ca: read('ca.pem'), key: read('key.pem'), cert: read('cert.pem') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
