import type { PluginRegistry } from '@agentmesh/registry';
import { type RenderedJson, renderJson } from './answer-json.js';
import { askOnceATurn } from './ask-once-a-turn.js';

const MOST_ANSWERS = 1_000;
const MOST_CHARACTERS = 16_384;

/** Answers that were rendered last, each for as long as nothing in the registry changes. */
export interface AnswerMemory {
  /**
   * The answer of a key, made anew when anything was changed since, by this process or another.
   *
   * @param make what is rendered; of the key and the registry alone
   */
  answer(key: string, make: () => Promise<unknown>): Promise<RenderedJson>;
}

/** A memory for answers about a registry; it forgets everything when it is full, and keeps nothing where changes cannot be told. */
export function createAnswerMemory(registry: PluginRegistry): AnswerMemory {
  const known = new Map<string, { readonly revision: string; readonly rendered: RenderedJson }>();
  const revisionNow = askOnceATurn(() => registry.revision());
  return {
    async answer(key, make) {
      // Before the registry is read: what is read then is as new as this, or newer.
      const revision = await revisionNow();
      const found = known.get(key);
      if (found !== undefined && found.revision === revision) return found.rendered;
      const rendered = renderJson(await make());
      if (revision === undefined || rendered.text.length > MOST_CHARACTERS) return rendered;
      if (known.size >= MOST_ANSWERS) known.clear();
      known.set(key, { revision, rendered });
      return rendered;
    },
  };
}
