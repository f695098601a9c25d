import type { RegistryEntry } from '@agentmesh/registry';
import { makeEntry } from './make-entry.js';

/** What the search checks look into, in the order it is put. */
export const CATALOGUE: readonly RegistryEntry[] = [
  makeEntry('counter', { description: 'Counts LENGTH in words' }),
  makeEntry('response-length', { description: 'Validates', plugin_type: 'validator' }),
  makeEntry('length-b', { description: 'Second' }, { publishedAt: '2024-01-02T00:00:00.000Z' }),
  makeEntry('length-c', { description: 'Third' }, { publishedAt: '2024-01-02T00:00:00.000Z' }),
  makeEntry('length-a', { description: 'Newest' }, { publishedAt: '2024-01-03T00:00:00.000Z' }),
  makeEntry('Length', { description: 'Exact' }),
  makeEntry('length-yanked', {}, { status: { state: 'yanked', reason: 'broken' } }),
  makeEntry('percent', { description: '100% sure' }),
  makeEntry('under_score', { description: 'Underlined' }),
  makeEntry('backslash', { description: 'C:\\temp' }),
  makeEntry('star', { description: 'Any * goes', dependencies: ['length-a>=1.0.0', 'no dependency at all'] }),
  makeEntry('quotes', { description: `It's "quoted"; DROP TABLE plugins; --` }),
  makeEntry('brackets', { description: 'Set [a-z]? Perhaps.' }),
  makeEntry('lines', { description: 'First line\nSecond line' }),
  makeEntry('straße', { description: 'ÉCLAIR from İzmir' }),
  makeEntry('emoji', { description: 'Smiles 😀', dependencies: ['LENGTH_A<2.0.0', 'length-a!=1.5.0'] }),
  makeEntry('moved', { version: '2.0.0', description: 'Now an agent', plugin_type: 'agent' }),
  makeEntry('moved', {
    version: '1.0.0',
    description: 'Was an integration',
    plugin_type: 'integration',
    dependencies: ['length-a'],
  }),
  makeEntry('team', { version: '1.0.0', description: 'Public' }),
  makeEntry('team', { version: '2.0.0', description: 'For acme', organization: 'acme' }),
  makeEntry('secret', { description: 'Of acme alone', organization: 'acme' }),
  makeEntry('fading', { version: '1.0.0', description: 'Still active' }),
  makeEntry('fading', { version: '3.0.0', description: 'No more' }, { status: { state: 'yanked' } }),
  makeEntry('fading', { version: '2.0.0', description: 'Not advised' }, { status: { state: 'deprecated' } }),
  makeEntry('old', { version: '1.9.0', description: 'Below' }, { status: { state: 'deprecated' } }),
  makeEntry('old', { version: '1.10.0', description: 'Above' }, { status: { state: 'deprecated' } }),
];
