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
      });
      for (const entry of puts) {
        await store.change(name, (each) => each.put(entry));
        await turn();
      }
      return answer;
    },
    versions: async (name) => {
      await turn();
      return store.versions(name);
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

/** Rows in plain objects, whose prototype answers for some names. */
function plainObject(store: RegistryStore): RegistryStore {
  const seen: Record<string, unknown> = {};
  return wrap(store, {
    versions: async (name) => {
      // What the prototype holds is taken for rows, as it would be by code that forgot it.
      if (seen[name] !== undefined) return [seen[name]] as readonly RegistryEntry[];
      return store.versions(name);
    },
  });
}

const falsy = ['null', 'NaN', '0'];
const named = (names: readonly string[]) => names.map((name) => `takes "${name}" for a name like any other`);
const search = (...names: readonly string[]) => names.map((name) => `search ${name}`);

const FINDING_NONE = search(
  'finds nothing where nothing is',
  'takes an escaped percent sign literally',
  'takes an injected statement literally',
  'takes a regular expression literally',
  'does not take SS for ß',
  'does not take I for İ',
  'filters by the type of the latest version alone',
  'looks at the description of the latest version alone',
  'keeps what belongs to another organization',
  'compares organizations exactly',
);

const FINDING_SOME = search(
  'finds all without a text, in the order they were put',
  'finds all for an empty text',
  'ranks exact name, name prefix by date, name, description',
  'looks at no letter case of the text',
  'takes a percent sign literally',
  'takes an underscore literally',
  'takes a backslash literally',
  'takes a star literally',
  'takes a single quote literally',
  'takes a double quote literally',
  'takes brackets literally',
  'finds text over a line end',
  'does not trim the text',
  'folds É',
  'folds a name beyond ASCII',
  'folds İ as toLowerCase does',
  'finds an emoji',
  'filters by type',
  'joins text and type',
  'gives an organization what is public and its own',
  'gives another organization the latest public version',
  'gives an organization all public ones',
  'takes an active version before a newer deprecated one',
  'compares versions by number',
  'gives every version but yanked ones when asked to',
  'filters every version by its own type',
);

const reversed = (store: RegistryStore) =>
  wrap(store, { search: async (query) => ({ items: (await store.search(query)).items.toReversed() }) });

/** Every way, with at least one for each check. */
export const STORE_FAULTS: readonly StoreFault[] = [
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
  { what: 'finds nothing', change: withFilter(() => false), names: FINDING_SOME },
  {
    what: 'finds all',
    change: withFilter(() => true),
    names: search('finds nothing where nothing is', 'takes a percent sign literally'),
  },
  { what: 'takes no heed of the query', change: withQuery(() => ({})), names: FINDING_NONE },
  {
    what: 'searches by LIKE',
    change: byPattern(likePattern),
    names: search('takes a percent sign literally', 'takes an underscore literally'),
  },
  { what: 'searches by GLOB', change: byPattern(globPattern), names: search('takes a star literally') },
  {
    what: 'searches by regular expression',
    change: byPattern(rawPattern),
    names: search('takes a regular expression literally', 'takes brackets literally', 'takes a backslash literally'),
  },
  {
    what: 'folds ASCII alone',
    change: withFilter(({ manifest }, { text = '' }) => {
      const fold = (value: string) => value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      return fold(`${manifest.name}\n${manifest.description}`).includes(fold(text));
    }),
    names: search('folds É'),
  },
  {
    what: 'trims the text',
    change: withQuery((query) => (query.text === undefined ? query : { ...query, text: query.text.trim() })),
    names: search('does not trim the text'),
  },
  {
    what: 'ranks backwards',
    change: reversed,
    names: search('ranks exact name, name prefix by date, name, description'),
  },
  {
    what: 'filters no type',
    change: withQuery(without('type')),
    names: search('filters by type', 'joins text and type'),
  },
  {
    what: 'filters no organization',
    change: withQuery(without('organization')),
    names: search('gives another organization the latest public version', 'gives an organization all public ones'),
  },
  {
    what: 'gives the latest alone whatever was asked',
    change: withQuery(without('latestOnly')),
    names: search('gives every version but yanked ones when asked to', 'filters every version by its own type'),
  },
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
