/** What kind of thing was put somewhere: a folder, a file of its own, a block or an entry of a shared file, or nothing but a note. */
export type TargetKind = 'skill' | 'subagent' | 'memory' | 'server' | 'graph';

/** Where one thing of a plugin stands. */
export interface Target {
  readonly kind: TargetKind;
  /** Below the project's or the home folder, `/`-separated, links resolved; empty for a graph. */
  readonly path: string;
  /** Which block, entry or graph; empty where the path says it all. */
  readonly name: string;
}

/** A thing that is ours as long as it has this digest. */
export interface OwnedTarget extends Target {
  /** The shape that it came from. */
  readonly shape: string;
  /** Of what stands there: see `digestOf…` of each kind. */
  readonly digest: string;
}

/** A thing that shall stand somewhere, with all it takes to put it there again after a crash. */
export interface WantedTarget extends OwnedTarget {
  /** Of a skill: the folder in the installed tree. */
  readonly source?: string | undefined;
  /** Of a skill: what a link to the source says; absent where the folder is copied. */
  readonly link?: string | undefined;
  /** Of a sub-agent or a block. */
  readonly text?: string | undefined;
  /** Of an entry or a graph. */
  readonly value?: Readonly<Record<string, unknown>> | undefined;
}

/** The same for two things that stand in the same place. */
export function targetKey({ kind, path, name }: Target): string {
  return JSON.stringify([kind, path, name]);
}
