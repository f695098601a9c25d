/** What the frontmatter of a `SKILL.md` says (https://agentskills.io/specification). */
export interface Skill {
  /** In Unicode form NFKC, without blanks around it. */
  readonly name: string;
  /** Without blanks around it. */
  readonly description: string;
  readonly license?: string;
  readonly compatibility?: string;
  /** Every value as it stands in the file: `1.10` stays `1.10`. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly allowedTools?: string;
}
