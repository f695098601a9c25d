import { printable } from '@agentmesh/errors';
import type { Proof } from './proof.js';
import type { Provider } from './provider.js';

/** A proof and the words of whoever stands behind it. */
export interface Wording<V> {
  readonly proof: Proof<V>;
  format(version: V): string;
  /** Predicate for a name of which no version fits. */
  describe(name: string): string | undefined;
}

/** The words of a provider, made safe to show: its texts may come from strangers. */
export function wordingOf<V>(proof: Proof<V>, provider: Pick<Provider<V>, 'format' | 'describe'>): Wording<V> {
  return {
    proof,
    format: (version) => printable(provider.format?.(version) ?? String(version)),
    describe: (name) => {
      const text = provider.describe?.(name);
      return text === undefined ? undefined : printable(text, 500);
    },
  };
}
