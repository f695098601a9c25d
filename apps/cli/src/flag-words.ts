/** What is known of a command's flags, by name without dashes. */
export type FlagShapes = Readonly<Record<string, { readonly type: string; readonly allowNo?: boolean }>>;

/** The flags of a command as a user types them, those that every command has included. */
export function flagWords(flags: FlagShapes = {}): readonly string[] {
  const own = Object.entries(flags).flatMap(([name, { allowNo }]) =>
    allowNo === true ? [`--${name}`, `--no-${name}`] : [`--${name}`],
  );
  return [...new Set([...own, '--json', '--help'])];
}
