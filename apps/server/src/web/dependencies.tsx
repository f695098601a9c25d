import { parseDependency } from '@agentmesh/manifest';
import { PlainText } from './plain-text.js';
import { versionPath } from './web-paths.js';

/** What {@link Dependencies} shows. */
export interface DependenciesProps {
  /** As the manifest has them. */
  readonly dependencies: readonly string[];
  /** Names. */
  readonly dependents: readonly string[];
}

/** What a version needs, and who needs the plugin. */
export function Dependencies({ dependencies, dependents }: DependenciesProps) {
  return (
    <dl>
      <dt>needs</dt>
      <dd>{dependencies.length === 0 ? 'nothing' : <Links entries={dependencies.map(readDependency)} />}</dd>
      <dt>needed by</dt>
      <dd>
        {dependents.length === 0 ? (
          'no plugin here'
        ) : (
          <Links entries={dependents.map((name) => ({ name, text: name }))} />
        )}
      </dd>
    </dl>
  );
}

interface Entry {
  /** Undefined for what no plugin can be called. */
  readonly name: string | undefined;
  readonly text: string;
}

function Links({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <ul>
      {entries.map(({ name, text }) => (
        <li>
          {name === undefined ? (
            <PlainText text={text} />
          ) : (
            <a href={versionPath(name)}>
              <PlainText text={text} />
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Manifests of other tools hold any text where a dependency stands. */
function readDependency(text: string): Entry {
  try {
    return { name: parseDependency(text).name, text };
  } catch {
    return { name: undefined, text };
  }
}
