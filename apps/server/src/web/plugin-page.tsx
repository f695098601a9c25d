import type { RegistryEntry } from '@agentmesh/registry';
import { raw } from 'hono/html';
import { Dependencies } from './dependencies.js';
import { Page } from './page.js';
import { PermissionList } from './permission-list.js';
import { PlainText } from './plain-text.js';
import { PluginFacts } from './plugin-facts.js';
import type { Readme } from './readme.js';
import { StatusMark } from './status-mark.js';
import { VersionTable } from './version-table.js';
import { versionPath } from './web-paths.js';

/** What {@link PluginPage} shows. */
export interface PluginPageProps {
  readonly entry: RegistryEntry;
  /** All versions of the name, newest first. */
  readonly versions: readonly RegistryEntry[];
  /** Names of plugins whose latest version depends on this one. */
  readonly dependents: readonly string[];
  readonly readme: Readme | undefined;
  /** Address of this server, as its users reach it. */
  readonly origin: string;
}

/** All that there is to know of a version before it is installed. */
export function PluginPage({ entry, versions, dependents, readme, origin }: PluginPageProps) {
  const { name, version, description, dependencies, permissions } = entry.manifest;
  return (
    <Page title={`${name} ${version} · agentmesh`}>
      <h1>
        <PlainText text={name} /> <PlainText text={version} /> <StatusMark entry={entry} />
      </h1>
      <p>
        <PlainText text={description} />
      </p>
      <Notice entry={entry} />
      <div class="install">
        <code class="command">{`agentmesh plugin install ${name} --version ${version} --registry ${origin}`}</code>
      </div>
      <PluginFacts entry={entry} />
      <h2>Permissions</h2>
      <PermissionList permissions={permissions} />
      <h2>Dependencies</h2>
      <Dependencies dependencies={dependencies} dependents={dependents} />
      <h2>Versions</h2>
      <VersionTable versions={versions} shown={version} />
      <h2>README</h2>
      {readme === undefined ? <p>This version has none.</p> : <ReadmeText readme={readme} />}
    </Page>
  );
}

function Notice({ entry }: { readonly entry: RegistryEntry }) {
  const { state, reason, successor } = entry.status;
  if (state === 'active') return undefined;
  return (
    <p class={`notice ${state}`}>
      {state === 'yanked' ? 'Yanked: it is only installed by who asks for exactly it. ' : 'Deprecated. '}
      {reason === undefined ? undefined : <PlainText text={reason} />}
      {successor === undefined ? undefined : (
        <>
          {' '}
          Use{' '}
          <a href={versionPath(successor)}>
            <PlainText text={successor} />
          </a>{' '}
          instead.
        </>
      )}
    </p>
  );
}

function ReadmeText({ readme }: { readonly readme: Readme }) {
  return (
    <>
      {readme.cut ? <p class="about">Only its beginning is shown; the archive has all of it.</p> : undefined}
      <article class="readme" aria-label="README">
        {raw(readme.html)}
      </article>
    </>
  );
}
