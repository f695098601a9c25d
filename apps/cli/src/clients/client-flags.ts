import * as Flags from '@oclif/core/flags';

/** What every command takes that decides which clients plugins are brought into. */
export const clientFlags = {
  client: Flags.string({
    description:
      'agents that get what plugins have for them: claude, codex, cursor, copilot, gemini, or none; remembered (default: those chosen before, else those that are in use here)',
    helpValue: 'NAME,…',
  }),
  scope: Flags.string({
    description: "where: this project's folder, or your own (default: project)",
    options: ['project', 'user'],
  }),
} as const;

/** The values of {@link clientFlags}. */
export interface ClientFlags {
  readonly client?: string | undefined;
  readonly scope?: string | undefined;
}
