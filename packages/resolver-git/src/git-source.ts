/** How git reaches a repository. `http` is for loopback that was listed. */
export type GitTransport = 'https' | 'http' | 'ssh';

/** A folder of a repository at a ref, its parts checked. */
export interface GitSource {
  readonly transport: GitTransport;
  /** A host name in lower case, or an IPv4 address. */
  readonly host: string;
  /** Left out: the transport's own. */
  readonly port?: number;
  /** Whom to log in as, over ssh. */
  readonly user?: string;
  /** Without a slash first or last: `owner/repo.git`. */
  readonly path: string;
  /** Left out: the whole repository. */
  readonly subPath?: string;
  /** Left out: `HEAD`. */
  readonly ref?: string;
}
