/** What a server says its refs stand for: full names, and tags' commits under `<name>^{}` (git-ls-remote(1)). */
export type AdvertisedRefs = ReadonlyMap<string, string>;

const LINE = /^([0-9a-f]{40}|[0-9a-f]{64})\t([^\s]+)$/;

/** Reads the output of `git ls-remote`; lines of another form are passed over. */
export function readAdvertisedRefs(output: string): AdvertisedRefs {
  const refs = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, id, name] = LINE.exec(line) ?? [];
    if (id !== undefined && name !== undefined) refs.set(name, id);
  }
  return refs;
}

/** The commit of a ref; that of an annotated tag is what it points to in the end. */
export function commitOf(refs: AdvertisedRefs, name: string): string | undefined {
  return refs.get(`${name}^{}`) ?? refs.get(name);
}
