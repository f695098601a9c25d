import { PluginType } from '@agentmesh/manifest';
import type { RegistryEntry, Page as ResultPage } from '@agentmesh/registry';
import { Page } from './page.js';
import { PlainText } from './plain-text.js';
import { StatusMark } from './status-mark.js';
import { versionPath } from './web-paths.js';

/** What was asked for, as the search form sends it. */
interface Search {
  readonly text: string;
  readonly type?: PluginType | undefined;
}

/** What {@link SearchPage} shows. */
export interface SearchPageProps {
  readonly search: Search;
  readonly results: ResultPage<RegistryEntry>;
}

/** Plugins that were found, with a filter by type, and the way to the next ones. */
export function SearchPage({ search, results }: SearchPageProps) {
  const heading = search.text === '' ? 'Plugins' : `Plugins for “${search.text}”`;
  return (
    <Page title={`${heading} · agentmesh`} text={search.text}>
      <h1>{heading}</h1>
      <form class="filter" action="/">
        <input type="hidden" name="q" value={search.text} />
        <label for="type">Type</label>
        <select id="type" name="type">
          <option value="">all</option>
          {Object.values(PluginType).map((type) => (
            <option value={type} selected={type === search.type}>
              {type.replace('_', ' ')}
            </option>
          ))}
        </select>
        <button type="submit">Filter</button>
      </form>
      {results.items.length === 0 ? <p>Nothing was found.</p> : undefined}
      <ol class="plugins">
        {results.items.map((entry) => (
          <Result entry={entry} />
        ))}
      </ol>
      {results.cursor === undefined ? undefined : (
        <p>
          <a href={nextPath(search, results.cursor)} rel="next">
            More plugins
          </a>
        </p>
      )}
    </Page>
  );
}

function Result({ entry }: { readonly entry: RegistryEntry }) {
  const { name, version, description, author, plugin_type } = entry.manifest;
  return (
    <li>
      <p>
        <a href={versionPath(name)}>
          <PlainText text={name} />
        </a>{' '}
        <PlainText text={version} /> <StatusMark entry={entry} />
      </p>
      <p>
        <PlainText text={description} />
      </p>
      <p class="about">
        {plugin_type.replace('_', ' ')} by <PlainText text={author} />
      </p>
    </li>
  );
}

function nextPath({ text, type }: Search, cursor: string): string {
  return `/?${new URLSearchParams({ q: text, ...(type === undefined ? {} : { type }), cursor })}`;
}
