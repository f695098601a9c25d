import type { Candidate } from './candidate.js';

/** Names that need one another in a circle, each the next and the last the first; undefined when there is none. */
export function findCircle(chosen: ReadonlyMap<string, Candidate>): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of chosen.keys()) {
    const circle = walk(chosen, start, done);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

interface Visit {
  readonly name: string;
  readonly open: string[];
}

function walk(chosen: ReadonlyMap<string, Candidate>, start: string, done: Set<string>): readonly string[] | undefined {
  const way: Visit[] = done.has(start) ? [] : [visit(chosen, start)];
  const onWay = new Set(way.map(({ name }) => name));
  for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
    const next = last.open.pop();
    if (next === undefined) {
      way.pop();
      onWay.delete(last.name);
      done.add(last.name);
    } else if (onWay.has(next)) {
      const names = way.map(({ name }) => name);
      return names.slice(names.indexOf(next));
    } else if (!done.has(next) && chosen.has(next)) {
      way.push(visit(chosen, next));
      onWay.add(next);
    }
  }
  return undefined;
}

function visit(chosen: ReadonlyMap<string, Candidate>, name: string): Visit {
  const open = (chosen.get(name)?.dependencies ?? []).map((dependency) => dependency.name);
  return { name, open: open.reverse() };
}
