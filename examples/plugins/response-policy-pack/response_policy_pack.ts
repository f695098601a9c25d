/** One rule of the pack: which validator to ask, and with what. */
interface Rule {
  readonly plugin: string;
  readonly function: string;
  readonly input: { readonly max_words: number };
}

const LIMITS: Readonly<Record<string, number>> = { chat: 120, email: 300, report: 2000 };

/** The rules for a channel (`chat`, `email`, `report`); the limit of `email` for any other. */
export function rules({ channel = 'email' }: { channel?: string }): readonly Rule[] {
  const limit = Object.hasOwn(LIMITS, channel) ? LIMITS[channel] : LIMITS.email;
  return [{ plugin: 'response-length-validator', function: 'validate', input: { max_words: limit ?? 300 } }];
}
