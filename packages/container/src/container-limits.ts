/** What the files of a container may be at most. */
export const CONTAINER_LIMITS: Readonly<{
  /** Bytes of a container file. */
  fileBytes: number;
  /** Objects and lists inside each other in JSON. */
  jsonDepth: number;
  /** Characters of a frontmatter. */
  frontmatterLength: number;
}> = Object.freeze({ fileBytes: 1_048_576, jsonDepth: 64, frontmatterLength: 65_536 });
