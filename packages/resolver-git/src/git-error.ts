import { MarketplaceError } from '@agentmesh/errors';
import type { GitFault } from './git-message.js';

/** What is known of the fetch beside git's words. */
export interface GitErrorContext {
  /** Whom git talked to; the only part of a source that an error shows. */
  readonly host: string;
  /** A credential of the caller was offered. */
  readonly hasCredential: boolean;
}

interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * The error for what git met: a code and our own words, nothing of git's, which may repeat a server's. Without a credential, what is
 * private and what is missing are the same; forges make it so on purpose.
 */
export function gitError(fault: GitFault, context: GitErrorContext): MarketplaceError {
  const { code, message, hint } = explain(fault, context);
  return new MarketplaceError(message, { code, hint });
}

function explain(fault: GitFault, { host, hasCredential }: GitErrorContext): Explanation {
  if (fault === 'login-needed' || fault === 'forbidden' || fault === 'key-refused') {
    return hasCredential ? unauthorized(host) : notFound(host, 'that can be read without a credential');
  }
  if (fault === 'not-found')
    return notFound(host, hasCredential ? 'that this credential can read' : 'that can be read without a credential');
  if (fault === 'too-large') return tooLarge(host);
  return { code: 'FETCH_FAILED', ...FAILURES[fault] };
}

function unauthorized(host: string): Explanation {
  return {
    code: 'SOURCE_UNAUTHORIZED',
    message: `${host} refused the credential that it was offered`,
    hint: 'Check that the credential for this host is valid and may read the repository.',
  };
}

function notFound(host: string, condition: string): Explanation {
  return {
    code: 'SOURCE_NOT_FOUND',
    message: `${host} has no such repository ${condition}`,
    hint: 'Check host and path; for a private repository, set up a credential for the host.',
  };
}

function tooLarge(host: string): Explanation {
  return {
    code: 'FETCH_TOO_LARGE',
    message: `The repository on ${host} holds an object that is larger than a fetch may be`,
    hint: 'Raise the limit maxBytes, or fetch a folder of the repository (//folder).',
  };
}

const FAILURES: Readonly<
  Record<
    Exclude<GitFault, 'login-needed' | 'forbidden' | 'key-refused' | 'not-found' | 'too-large'>,
    Omit<Explanation, 'code'>
  >
> = {
  'id-refused': { message: 'The server gives no commit by its id', hint: 'Use a branch or a tag.' },
  redirect: {
    message: 'The server redirects to another place, which is not followed',
    hint: 'Use the address that it leads to.',
  },
  tls: {
    message: 'No safe connection to the server',
    hint: 'Check its certificate; a private authority has to be given as `ca`.',
  },
  'host-key': {
    message: 'The host key of the server is not known, or has changed',
    hint: 'Add the key to the file of known hosts once you have checked it.',
  },
  unreachable: { message: 'The server cannot be reached', hint: 'Check host, port and network, and try again.' },
  server: { message: 'The server answered with an error', hint: 'Try again later.' },
  'not-git': {
    message: 'The server does not speak the protocol of git',
    hint: 'Check host and path; the old "dumb" protocol is not spoken.',
  },
  unknown: {
    message: 'git failed for a reason that is not known',
    hint: 'Try again; if it stays, fetch the repository by hand with git to see why.',
  },
};
