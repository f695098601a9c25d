/** The limits of a sub-agent; all are ours. Those of text count code points. */
export const SUBAGENT_LIMITS: Readonly<{
  /** Bytes of the file. */
  fileBytes: number;
  nameLength: number;
  descriptionLength: number;
  /** Tools, and skills. */
  listLength: number;
  /** Of each word of a list, and of the model. */
  wordLength: number;
}> = Object.freeze({
  fileBytes: 262_144,
  nameLength: 64,
  descriptionLength: 4_096,
  listLength: 200,
  wordLength: 200,
});
