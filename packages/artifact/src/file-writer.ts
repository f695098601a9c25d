/** Takes the pieces of one file in turn and says at the end whether it is executable. */
export type WriteContent = (append: (chunk: Uint8Array) => Promise<void>) => Promise<{ readonly executable: boolean }>;

/** Where the files of an archive go. The paths given to it have passed a guard; none comes twice. */
export interface FileWriter {
  /** Writes one new file. */
  write(path: string, content: WriteContent): Promise<void>;
  /** Writes one new small file at once. */
  writeWhole(path: string, content: Uint8Array, executable: boolean): void;
}
