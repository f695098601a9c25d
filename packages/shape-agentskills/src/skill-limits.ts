/** The limits of a skill; those of text count code points (https://agentskills.io/specification). */
export const SKILL_LIMITS: Readonly<{
  nameLength: number;
  descriptionLength: number;
  compatibilityLength: number;
  /** The advised length of the text below the frontmatter. */
  bodyLines: number;
  /** Bytes of a `SKILL.md`; ours. */
  fileBytes: number;
  /** UTF-16 code units of a frontmatter; ours. */
  frontmatterLength: number;
  /** Bytes of a file below `rules/`; ours. */
  ruleBytes: number;
}> = Object.freeze({
  nameLength: 64,
  descriptionLength: 1024,
  compatibilityLength: 500,
  bodyLines: 500,
  fileBytes: 1_048_576,
  frontmatterLength: 65_536,
  ruleBytes: 65_536,
});
