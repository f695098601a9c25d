/** What a guest printed. Plugin-controlled text: escape it before it reaches a terminal. */
export interface GuestLogs {
  readonly stdout: string;
  readonly stderr: string;
  /** True when more was printed than kept. */
  readonly truncated: boolean;
}

/** A piece of what a guest prints, as it comes. */
export interface GuestLog {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}
