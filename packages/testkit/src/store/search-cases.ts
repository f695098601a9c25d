import type { SearchQuery } from '@agentmesh/registry';

/** One query of the catalogue, and what it finds, in order, as `name` or `name@version`. */
export interface SearchCase {
  readonly why: string;
  readonly query: SearchQuery;
  readonly finds: readonly string[];
}

const LENGTH = ['Length', 'length-a', 'length-b', 'length-c', 'response-length', 'counter'];
const PUBLIC = [
  ...[
    'counter',
    'response-length',
    'length-b',
    'length-c',
    'length-a',
    'Length',
    'percent',
    'under_score',
    'backslash',
  ],
  ...['star', 'quotes', 'brackets', 'lines', 'straße', 'emoji', 'moved', 'team'],
];
const ENDING = ['fading', 'old'];

/** Searches over the catalogue, by what they show. */
export const SEARCH_CASES: Readonly<Record<string, readonly SearchCase[]>> = {
  'search ranks exact name, name prefix, name, description, then by date and order': [
    { why: 'finds all without a text, in the order they were put', query: {}, finds: [...PUBLIC, 'secret', ...ENDING] },
    { why: 'finds all for an empty text', query: { text: '' }, finds: [...PUBLIC, 'secret', ...ENDING] },
    { why: 'ranks exact name, name prefix by date, name, description', query: { text: 'length' }, finds: LENGTH },
    { why: 'finds nothing where nothing is', query: { text: 'nowhere' }, finds: [] },
  ],
  'search takes every character of the text literally': [
    { why: 'takes a percent sign literally', query: { text: '%' }, finds: ['percent'] },
    { why: 'takes an underscore literally', query: { text: '_' }, finds: ['under_score'] },
    { why: 'takes a backslash literally', query: { text: '\\' }, finds: ['backslash'] },
    { why: 'takes an escaped percent sign literally', query: { text: '\\%' }, finds: [] },
    { why: 'takes a star literally', query: { text: '*' }, finds: ['star'] },
    { why: 'takes a single quote literally', query: { text: "'" }, finds: ['quotes'] },
    { why: 'takes a double quote literally', query: { text: '"quoted"' }, finds: ['quotes'] },
    { why: 'takes an injected statement literally', query: { text: `' OR '1'='1` }, finds: [] },
    { why: 'takes brackets literally', query: { text: '[A-Z]?' }, finds: ['brackets'] },
    { why: 'takes a regular expression literally', query: { text: '.*' }, finds: [] },
    { why: 'finds text over a line end', query: { text: 'line\nsecond' }, finds: ['lines'] },
    { why: 'does not trim the text', query: { text: 'length ' }, finds: ['counter'] },
  ],
  'search folds letters as toLowerCase does': [
    { why: 'looks at no letter case of the text', query: { text: 'LenGTH' }, finds: LENGTH },
    { why: 'folds É', query: { text: 'éclair' }, finds: ['straße'] },
    { why: 'folds a name beyond ASCII', query: { text: 'STRAß' }, finds: ['straße'] },
    { why: 'does not take SS for ß', query: { text: 'strasse' }, finds: [] },
    { why: 'folds İ as toLowerCase does', query: { text: 'İzmir' }, finds: ['straße'] },
    { why: 'does not take I for İ', query: { text: 'izmir' }, finds: [] },
    { why: 'finds an emoji', query: { text: '😀' }, finds: ['emoji'] },
  ],
  'search finds what depends on a name, or on one that looks like it': [
    { why: 'looks at latest versions', query: { dependsOn: 'length-a' }, finds: ['star', 'emoji'] },
    {
      why: 'looks at every version',
      query: { dependsOn: 'Length_A', latestOnly: false },
      finds: ['star', 'emoji', 'moved@1.0.0'],
    },
    { why: 'looks at the text, too', query: { dependsOn: 'length-a', text: 'smiles' }, finds: ['emoji'] },
    { why: 'finds nothing that nobody needs', query: { dependsOn: 'length' }, finds: [] },
  ],
  'search filters by type and organization': [
    { why: 'filters by type', query: { type: 'validator' }, finds: ['response-length'] },
    { why: 'joins text and type', query: { text: 'length', type: 'validator' }, finds: ['response-length'] },
    {
      why: 'gives an organization what is public and its own',
      query: { organization: 'acme', text: 'acme' },
      finds: ['team@2.0.0', 'secret'],
    },
    {
      why: 'gives another organization the latest public version',
      query: { organization: 'other', text: 'team' },
      finds: ['team@1.0.0'],
    },
    { why: 'keeps what belongs to another organization', query: { organization: 'other', text: 'secret' }, finds: [] },
    { why: 'gives an organization all public ones', query: { organization: 'other' }, finds: [...PUBLIC, ...ENDING] },
    { why: 'compares organizations exactly', query: { organization: 'ACME', text: 'secret' }, finds: [] },
  ],
  'search looks at the latest version, or at every one when asked to': [
    { why: 'filters by the type of the latest version alone', query: { type: 'integration' }, finds: [] },
    { why: 'looks at the description of the latest version alone', query: { text: 'was an' }, finds: [] },
    {
      why: 'takes an active version before a newer deprecated one',
      query: { text: 'fading' },
      finds: ['fading@1.0.0'],
    },
    { why: 'compares versions by number', query: { text: 'old' }, finds: ['old@1.10.0'] },
    {
      why: 'gives every version but yanked ones when asked to',
      query: { text: 'fading', latestOnly: false },
      finds: ['fading@1.0.0', 'fading@2.0.0'],
    },
    {
      why: 'filters every version by its own type',
      query: { type: 'integration', latestOnly: false },
      finds: ['moved@1.0.0'],
    },
  ],
};
