import { setImmediate as turn } from 'node:timers/promises';
import type { NameRows, RegistryEntry, RegistryStore, SearchQuery } from '@agentmesh/registry';
import { createMemoryStore } from '@agentmesh/registry';

/** One way in which a store can be wrong. */
export interface StoreFault {
  readonly what: string;
  readonly change: (store: RegistryStore) => RegistryStore;
  /** What opening it again gives; the same store unless said otherwise. */
  readonly again?: (store: RegistryStore) => RegistryStore;
  /** The checks that have to see it. */
  readonly names: readonly string[];
}

type Methods = Partial<RegistryStore>;

/** A store that works through `store` but for some methods. */
function wrap(store: RegistryStore, methods: Methods): RegistryStore {
  return {
    change: methods.change ?? ((name, work) => store.change(name, work)),
    versions: methods.versions ?? ((name) => store.versions(name)),
    owners: methods.owners ?? ((name) => store.owners(name)),
    search: methods.search ?? ((query) => store.search(query)),
  };
}

const withRows =
  (alter: (rows: NameRows) => Partial<NameRows>) =>
  (store: RegistryStore): RegistryStore =>
    wrap(store, {
      change: (name, work) =>
        store.change(name, (rows) =>
          work({
            get versions() {
              return rows.versions;
            },
            get owners() {
              return rows.owners;
            },
            lookalikes: rows.lookalikes,
            put: (entry) => rows.put(entry),
            remove: (version) => rows.remove(version),
            setOwners: (owners) => rows.setOwners(owners),
            note: (note) => rows.note(note),
            ...alter(rows),
          }),
        ),
    });

const withQuery =
  (alter: (query: SearchQuery) => SearchQuery) =>
  (store: RegistryStore): RegistryStore =>
    wrap(store, { search: (query) => store.search(alter(query)) });

const withFilter =
  (keep: (entry: RegistryEntry, query: SearchQuery) => boolean) =>
  (store: RegistryStore): RegistryStore =>
    wrap(store, {
      search: async (query) => {
        const { text: _, ...rest } = query;
        const page = await store.search(rest);
        return { items: page.items.filter((entry) => keep(entry, query)) };
      },
    });

const without = <K extends keyof SearchQuery>(key: K): ((query: SearchQuery) => SearchQuery) => {
  return ({ [key]: _, ...rest }) => rest;
};

/** Finds by a pattern, as a database does that nobody escaped the text for. */
const byPattern = (make: (text: string) => RegExp) =>
  withFilter(({ manifest }, { text = '' }) => make(text).test(`${manifest.name}\n${manifest.description}`));

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const likePattern = (text: string) => new RegExp(escaped(text).replaceAll('%', '[^]*').replaceAll('_', '[^]'), 'i');
const globPattern = (text: string) => new RegExp(escaped(text).replaceAll('\\*', '[^]*'), 'i');
const rawPattern = (text: string) => {
  try {
    return new RegExp(text, 'i');
  } catch {
    return /never^/;
  }
};

/** Reads, lets others run, and writes then: what a lock is for. */
function unlocked(store: RegistryStore): RegistryStore {
  const names = new Map<string, readonly RegistryEntry[]>();
  return wrap(store, {
    change: async (name, work) => {
      const before = [...(names.get(name) ?? [])];
      await turn();
      const draft = [...before];
      const answer = work({
        versions: before,
        owners: [],
        lookalikes: [],
        put: (entry) => draft.push(entry),
        remove: () => undefined,
        setOwners: () => undefined,
        note: () => undefined,
      });
      names.set(name, draft);
      return answer;
    },
    versions: async (name) => names.get(name) ?? [],
  });
}

/** All names in one file that is read and written without a lock. */
function lastWriterWins(): RegistryStore {
  let table: Record<string, readonly RegistryEntry[]> = {};
  const all = () => Object.values(table).flat();
  return wrap(createMemoryStore(), {
    change: async (name, work) => {
      const copy = { ...table };
      await turn();
      const draft = [...(copy[name] ?? [])];
      const answer = work({
        versions: draft,
        owners: [],
        lookalikes: [],
        put: (entry) => draft.push(entry),
        remove: () => undefined,
        setOwners: () => undefined,
        note: () => undefined,
      });
      table = { ...copy, [name]: draft };
      return answer;
    },
    versions: async (name) => table[name] ?? [],
    search: async () => ({ items: all() }),
  });
}

/** Writes each row by itself, with a turn for others between them. */
function rowByRow(store: RegistryStore): RegistryStore {
  return wrap(store, {
    change: async (name, work) => {
      const puts: RegistryEntry[] = [];
      const rows = await store.change(name, ({ versions, owners, lookalikes }) => ({ versions, owners, lookalikes }));
      const answer = work({
        ...rows,
        put: (entry) => puts.push(entry),
        remove: () => undefined,
        setOwners: () => undefined,
        note: () => undefined,
      });
      for (const entry of puts) {
        await store.change(name, (each) => each.put(entry));
        await turn();
      }
      return answer;
    },
  });
}

/** Keeps what a work did before it threw. */
function keepsThrown(store: RegistryStore): RegistryStore {
  return wrap(store, {
    change: async (name, work) => {
      let thrown: { error: unknown } | undefined;
      const answer = await store.change(name, (rows) => {
        try {
          return work(rows);
        } catch (error) {
          thrown = { error };
          return undefined;
        }
      });
      if (thrown !== undefined) throw thrown.error;
      // The work did not throw, so that this is its own answer.
      return answer as Awaited<ReturnType<typeof work>>;
    },
  });
}

/** Looks names up in a plain object, whose prototype answers for some. */
function plainObject(store: RegistryStore): RegistryStore {
  const known: Record<string, unknown> = {};
  return wrap(store, { versions: async (name) => (known[name] === undefined ? store.versions(name) : []) });
}

const falsy = ['null', 'NaN', '0'];
const named = (names: readonly string[]) => names.map((name) => `takes "${name}" for a name like any other`);
const RANKS = 'search ranks exact name, name prefix, name, description, then by date and order';
export const LITERAL_SEARCH = 'search takes every character of the text literally';
const FOLDS = 'search folds letters as toLowerCase does';
const FILTERS = 'search filters by type and organization';
const LATEST = 'search looks at the latest version, or at every one when asked to';

const reversed = (store: RegistryStore) =>
  wrap(store, { search: async (query) => ({ items: (await store.search(query)).items.toReversed() }) });

/** No fault, so that those beside it are found for what they are: a pattern whose text was escaped. */
export const searchByEscapedPattern: StoreFault['change'] = byPattern((text) => new RegExp(escaped(text), 'i'));

/** Every way, with at least one for each check. */
export const STORE_FAULTS: readonly StoreFault[] = [
  {
    what: 'never looks at keywords and capabilities',
    change: withQuery(without('in')),
    names: ['search looks at keywords and capabilities when asked to, and ranks them last'],
  },
  {
    what: 'takes no notice of when something changed',
    change: withQuery(without('updatedSince')),
    names: [
      'search finds what was published or changed since a time',
      'search refuses a time that is none with TIME_INVALID',
    ],
  },
  {
    what: 'takes no notice of what depends on what',
    change: withQuery(without('dependsOn')),
    names: ['search finds what depends on a name, or on one that looks like it'],
  },
  {
    what: 'makes rows up for an unknown name',
    change: (store) => wrap(store, { owners: async () => [{ keyId: 'SHA256:x', publicKey: 'pem' }] }),
    names: ['knows nothing of a name that was never put', 'keeps the owners of a name in order', ...named(falsy)],
  },
  {
    what: 'drops a part of an entry',
    change: withRows((rows) => ({ put: ({ keyId: _, ...entry }) => rows.put(entry) })),
    names: ['keeps every part of an entry, and passes the answer of the work on'],
  },
  {
    what: 'moves a replaced version to the end',
    change: withRows((rows) => ({
      put: (entry) => {
        rows.remove(entry.manifest.version);
        rows.put(entry);
      },
    })),
    names: ['keeps versions in the order they were put, a replaced one in its place'],
  },
  {
    what: 'hides the changes of a work from it',
    change: withRows((rows) => ({ versions: rows.versions })),
    names: ['shows the work its own changes'],
  },
  {
    what: 'keeps what a work did before it threw',
    change: keepsThrown,
    names: [
      'keeps nothing of a work that throws, and rejects with its error',
      'keeps the changes beside one that throws',
    ],
  },
  {
    what: 'removes nothing',
    change: withRows(() => ({ remove: () => undefined })),
    names: ['forgets a name with its last version', 'forgets the owners with the last version', ...named(falsy)],
  },
  {
    what: 'reads before it locks',
    change: unlocked,
    names: ['takes concurrent changes of one name one after the other'],
  },
  { what: 'writes all names at once', change: lastWriterWins, names: ['loses no change of another name'] },
  { what: 'writes row by row', change: rowByRow, names: ['never shows a reader half a change'] },
  {
    what: 'reverses owners',
    change: (store) => wrap(store, { owners: async (name) => (await store.owners(name)).toReversed() }),
    names: ['keeps the owners of a name in order'],
  },
  {
    what: 'sees no look-alikes',
    change: withRows(() => ({ lookalikes: [] })),
    names: ['reports names that differ by case, hyphen and underscore alone'],
  },
  {
    what: 'keeps rows in a plain object',
    change: plainObject,
    names: named(['__proto__', 'constructor', 'toString', 'hasOwnProperty']),
  },
  {
    what: 'takes prototype for nothing',
    change: (store) => wrap(store, { versions: async (name) => (name === 'prototype' ? [] : store.versions(name)) }),
    names: named(['prototype']),
  },
  { what: 'finds nothing', change: withFilter(() => false), names: [RANKS, LITERAL_SEARCH, FOLDS, FILTERS, LATEST] },
  { what: 'finds all', change: withFilter(() => true), names: [RANKS, LITERAL_SEARCH, FOLDS, FILTERS, LATEST] },
  {
    what: 'takes no heed of the query',
    change: withQuery(() => ({})),
    names: [RANKS, LITERAL_SEARCH, FOLDS, FILTERS, LATEST],
  },
  { what: 'searches by LIKE', change: byPattern(likePattern), names: [LITERAL_SEARCH] },
  { what: 'searches by GLOB', change: byPattern(globPattern), names: [LITERAL_SEARCH] },
  { what: 'searches by regular expression', change: byPattern(rawPattern), names: [LITERAL_SEARCH] },
  {
    what: 'folds ASCII alone',
    change: withFilter(({ manifest }, { text = '' }) => {
      const fold = (value: string) => value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      return fold(`${manifest.name}\n${manifest.description}`).includes(fold(text));
    }),
    names: [FOLDS],
  },
  {
    what: 'trims the text',
    change: withQuery((query) => (query.text === undefined ? query : { ...query, text: query.text.trim() })),
    names: [LITERAL_SEARCH],
  },
  { what: 'ranks backwards', change: reversed, names: [RANKS] },
  { what: 'filters no type', change: withQuery(without('type')), names: [FILTERS, LATEST] },
  { what: 'filters no organization', change: withQuery(without('organization')), names: [FILTERS] },
  { what: 'gives the latest alone whatever was asked', change: withQuery(without('latestOnly')), names: [LATEST] },
  {
    what: 'forgets the text on the second page',
    change: withQuery((query) => (query.cursor === undefined ? query : without('text')(query))),
    names: ['gives the same entries in pages of any length'],
  },
  {
    what: 'gives a cursor on the last page',
    change: (store) =>
      wrap(store, {
        search: async (query) => {
          const { items, cursor } = await store.search(query);
          return { items, cursor: cursor ?? 'more' };
        },
      }),
    names: ['ends with a page without a cursor'],
  },
  {
    what: 'takes any cursor for the first page',
    change: withQuery(without('cursor')),
    names: [
      'refuses a cursor that it did not make with CURSOR_INVALID',
      'gives the same entries in pages of any length',
    ],
  },
  {
    what: 'forgets everything when it is opened again',
    change: (store) => store,
    again: () => createMemoryStore(),
    names: ['has everything when it is opened again', 'loses nothing of two stores that change the same rows'],
  },
];
