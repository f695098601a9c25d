/** The body of CALL. */
export interface CallMessage {
  /** The function to call; null loads the plugin and answers null. */
  readonly function: string | null;
  readonly input: unknown;
  /** Largest result as JSON, in bytes. */
  readonly resultBytes: number;
  /** Longest error message, in UTF-16 code units. */
  readonly errorUnits: number;
  /** Whether the plugin has `fetch`. */
  readonly fetch: boolean;
  /** Environment variables that the plugin has. */
  readonly env: Readonly<Record<string, string>>;
  /** The memory budget of the call, in bytes; the host watches it from outside too. */
  readonly memoryBytes: number;
  /** Where the plugin may write, when granted. */
  readonly scratch?: string;
  /** Folders and files that the plugin may read, when granted. */
  readonly reads?: readonly string[];
}

/** The body of LOG. */
export interface LogMessage {
  readonly stream: 'stderr' | 'stdout';
  readonly text: string;
}

/** The body of FETCH. */
export interface FetchMessage {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Base64. */
  readonly body?: string;
}

/** The body of FETCHED. */
export type FetchedMessage =
  | {
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      /** Base64. */
      readonly body: string;
    }
  | { readonly error: { readonly code: string; readonly message: string } };
