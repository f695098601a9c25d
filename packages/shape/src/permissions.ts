/** What a plugin is granted; the fields of `permissions` in `agent-plugin.yaml`. A missing field grants nothing. */
export interface Permissions {
  /** `host:port`. */
  readonly net?: readonly string[] | undefined;
  /** Names of environment variables. */
  readonly env?: readonly string[] | undefined;
  /** Paths. */
  readonly read?: readonly string[] | undefined;
  /** Paths. */
  readonly write?: readonly string[] | undefined;
  /** Commands. */
  readonly run?: readonly string[] | undefined;
  /** Bytes of disk. */
  readonly scratch?: number | undefined;
  /** Bytes. */
  readonly memory?: number | undefined;
  /** Milliseconds. */
  readonly time?: number | undefined;
}
