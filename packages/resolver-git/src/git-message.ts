/** What went wrong, out of git's words. */
export type GitFault =
  | 'login-needed'
  | 'forbidden'
  | 'key-refused'
  | 'not-found'
  | 'id-refused'
  | 'too-large'
  | 'redirect'
  | 'tls'
  | 'host-key'
  | 'unreachable'
  | 'server'
  | 'not-git'
  | 'unknown';

const STATUS = /^fatal: unable to access '[^\n]*': The requested URL returned error: ([0-9]{3})/m;

/**
 * What git says in each case (English, `LC_ALL=C`), the more telling first. Checked against real output by the tests. Lines that
 * repeat a server's own words (`remote: …`) are not looked at.
 */
const MESSAGES: readonly (readonly [fault: GitFault, said: RegExp])[] = [
  ['too-large', /attempting to allocate [0-9]+ over limit [0-9]+/],
  ['id-refused', /^error: Server does not allow request for unadvertised object/m],
  ['id-refused', /not our ref [0-9a-f]{40}|want [0-9a-f]{40,64} not valid/],
  ['not-found', /couldn't find remote ref/],
  ['login-needed', /could not read (?:Username|Password) for|terminal prompts disabled/],
  ['login-needed', /^fatal: Authentication failed for/m],
  ['not-found', /^fatal: repository '[^\n]*' not found/m],
  ['not-found', /^ERROR: Repository not found|does not appear to be a git repository|: no such repository/im],
  ['host-key', /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/],
  ['key-refused', /Permission denied \(|Too many authentication failures|No supported authentication methods/],
  [
    'tls',
    /SSL certificate problem|server certificate verification failed|certificate subject name|gnutls_handshake\(\)|SSL_connect|SSL_ERROR/i,
  ],
  [
    'unreachable',
    /Could not resolve host|Failed to connect to|Connection (?:refused|timed out|reset)|Operation timed out|No route to host|ssh: connect to host/i,
  ],
  [
    'not-git',
    /dumb http transport does not support|not valid: is this a git repository|protocol error|invalid server response|bad line length|expected flush/i,
  ],
];

/** Reads git's messages. */
export function readGitMessage(stderr: string): GitFault {
  const said = stderr.replace(/^remote:.*$/gm, '');
  const status = STATUS.exec(said)?.[1];
  if (status !== undefined) return faultOfStatus(Number(status));
  return MESSAGES.find(([, pattern]) => pattern.test(said))?.[0] ?? 'unknown';
}

function faultOfStatus(status: number): GitFault {
  if (status === 401) return 'login-needed';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not-found';
  return status >= 300 && status < 400 ? 'redirect' : 'server';
}
