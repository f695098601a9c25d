import type { RegistryEntry } from '@agentmesh/registry';
import { PlainText } from './plain-text.js';
import { versionPath } from './web-paths.js';

/** What {@link VersionTable} shows. */
export interface VersionTableProps {
  readonly versions: readonly RegistryEntry[];
  /** The version of the page. */
  readonly shown: string;
}

/** Every version with its status and the key that signed it. */
export function VersionTable({ versions, shown }: VersionTableProps) {
  return (
    <section class="wide" aria-label="Versions" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Status</th>
            <th scope="col">Published</th>
            <th scope="col">Signed with</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((entry) => (
            <Row entry={entry} isShown={entry.manifest.version === shown} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ entry, isShown }: { readonly entry: RegistryEntry; readonly isShown: boolean }) {
  const { name, version } = entry.manifest;
  return (
    <tr>
      <th scope="row">
        <a href={versionPath(name, version)} aria-current={isShown ? 'page' : undefined}>
          <PlainText text={version} />
        </a>
      </th>
      <td>{entry.status.state}</td>
      <td>{entry.publishedAt?.slice(0, 10)}</td>
      <td>{entry.keyId === undefined ? '' : <code>{entry.keyId}</code>}</td>
    </tr>
  );
}
