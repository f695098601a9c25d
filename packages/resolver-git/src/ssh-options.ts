/** How ssh logs in and whom it trusts. Agent, keys and known hosts of the user's `~/.ssh` are what ssh itself makes of unset ones. */
export interface SshOptions {
  /** A private key file to log in with, and no other. */
  readonly identityFile?: string | undefined;
  /** The socket of an ssh agent; no agent is asked without. */
  readonly agentSocket?: string | undefined;
  /** File of known hosts in the place of the user's and the system's. A host that is not in it is refused. */
  readonly knownHostsFile?: string | undefined;
}
