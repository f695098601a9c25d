import { createManifest, type PluginManifest } from '@agentmesh/manifest';
import type { RegistryEntry } from '@agentmesh/registry';

const WORDS = [
  'counts',
  'checks',
  'refuses',
  'words',
  'tokens',
  'length',
  'agents',
  'teams',
  'fast',
  'releases',
  'mail',
];

/** A word that every second plugin has in its description. */
export const COMMON_WORD = 'summary';

/** A part of the description of plugin `index` that no other plugin has. */
export function rarePart(index: number): string {
  return `number ${index} `;
}

/** Plugin number `index`: a name, and a description as people write them, about 90 letters. */
export function manifestOf(index: number, prefix: string = word(index, 1)): PluginManifest {
  const common = index % 2 === 0 ? `, and writes a ${COMMON_WORD}` : '';
  return createManifest({
    name: `${prefix}-${index}`,
    version: '1.0.0',
    description: `A plugin that ${word(index, 2)} ${word(index, 3)} of ${word(index, 4)}, ${rarePart(index)}in all${common}`,
    author: 'alice@example.com',
    plugin_type: 'validator',
    capabilities: ['response-length-check', 'word-counting'],
    content_digest: `h1:${Buffer.alloc(32).toString('base64')}`,
    signature: Buffer.alloc(64).toString('base64'),
  });
}

/** The same as a registry lists it; times of publication do not follow the order. */
export function entryOf(index: number): RegistryEntry {
  const publishedAt = new Date(1.7e12 + ((index * 7919) % 100_003) * 1000).toISOString();
  const artifact = { integrity: `sha512-${Buffer.alloc(64).toString('base64')}`, size: 2048 };
  return { manifest: manifestOf(index), publishedAt, artifact, status: { state: 'active' } };
}

function word(index: number, place: number): string {
  return WORDS[(index * 7 + place * 13 + Math.floor(index / 11) * place) % WORDS.length] ?? '';
}
