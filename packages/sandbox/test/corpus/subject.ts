/** What a runner says of one call: exactly one of `result` and `error`, beside what the plugin printed. */
export interface Answer {
  readonly result?: unknown;
  readonly error?: unknown;
  readonly logs?: unknown;
}

/** What is attacked: a sandbox, or a runner without one. */
export interface Subject {
  execute(call: { plugin: string; function: string; input: unknown }): Promise<Answer>;
  close(): Promise<void>;
}

/** Makes a subject over a folder of plugins. */
export type OpenSubject = (pluginsDir: string) => Subject;
