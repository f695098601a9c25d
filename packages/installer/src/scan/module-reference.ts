/** A module that a source file names as a literal. */
export interface ModuleReference {
  /** As written, escapes resolved: `node:fs`, `./lib.js`, `os.path`. */
  readonly specifier: string;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** What a scan of one file found. */
export interface FileReferences {
  readonly references: readonly ModuleReference[];
  /** Why the file could not be parsed as a whole; references may be missing then. */
  readonly fault?: string;
}
