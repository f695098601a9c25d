/** Which git is run. */
export interface GitProgram {
  /** The program's name or absolute path (default `git`). */
  readonly git?: string | undefined;
  /** Folders in which git, and ssh for git, are looked for, as in `PATH` (default: the system's usual ones). */
  readonly searchPath?: string | undefined;
}

const USUAL_FOLDERS = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/** The program and its search path with the defaults filled in. */
export function completeProgram(program: GitProgram): { readonly git: string; readonly searchPath: string } {
  return { git: program.git ?? 'git', searchPath: program.searchPath ?? USUAL_FOLDERS };
}
