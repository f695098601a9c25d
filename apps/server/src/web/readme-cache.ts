import type { PluginRegistry, RegistryEntry } from '@agentmesh/registry';
import { readReadme } from './read-readme.js';
import type { Readme } from './readme.js';

const MOST = 200;

/** Finds the README of a version; archives never change, so those that were read last are kept, and one that is being read is read once. */
export function createReadmeCache(
  registry: Pick<PluginRegistry, 'openArtifact'>,
): (entry: RegistryEntry) => Promise<Readme | undefined> {
  const known = new Map<string, Promise<Readme | undefined>>();
  return (entry) => {
    if (entry.artifact === undefined) return Promise.resolve(undefined);
    const { integrity } = entry.artifact;
    const reading = known.get(integrity) ?? readReadme(registry, entry);
    known.delete(integrity);
    known.set(integrity, reading);
    reading.catch(() => known.delete(integrity));
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    return reading;
  };
}
