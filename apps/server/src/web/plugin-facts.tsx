import type { RegistryEntry } from '@agentmesh/registry';
import type { Child } from 'hono/jsx';
import { PlainText } from './plain-text.js';

/** Who made a version, who signed it with which key, and what its bytes are. */
export function PluginFacts({ entry }: { readonly entry: RegistryEntry }) {
  const { manifest, artifact, publishedAt } = entry;
  return (
    <dl>
      <Fact name="Author">
        <PlainText text={manifest.author} />
      </Fact>
      <Fact name="Signed with">
        <Signature entry={entry} />
      </Fact>
      <Fact name="Type">{manifest.plugin_type.replace('_', ' ')}</Fact>
      <Fact name="Digest">
        {manifest.content_digest === undefined ? 'none' : <code>{manifest.content_digest}</code>}
      </Fact>
      <Fact name="Archive">
        {artifact === undefined ? (
          'registered without files'
        ) : (
          <>
            {artifact.size} bytes, <code>{artifact.integrity}</code>
          </>
        )}
      </Fact>
      {publishedAt === undefined ? undefined : (
        <Fact name="Published">
          <time datetime={publishedAt}>{publishedAt.slice(0, 10)}</time>
        </Fact>
      )}
      <Written name="License" text={manifest.license} />
      <Place name="Homepage" address={manifest.homepage} />
      <Place name="Repository" address={manifest.repository} />
    </dl>
  );
}

function Signature({ entry }: { readonly entry: RegistryEntry }) {
  if (entry.keyId !== undefined) return <code>{entry.keyId}</code>;
  if (entry.manifest.signature === null) return <span class="mark unsigned">nobody signed it</span>;
  return <span>a key that this registry does not know</span>;
}

function Fact({ name, children }: { readonly name: string; readonly children?: Child }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Written({ name, text }: { readonly name: string; readonly text: string | undefined }) {
  return text === undefined ? undefined : (
    <Fact name={name}>
      <PlainText text={text} />
    </Fact>
  );
}

function Place({ name, address }: { readonly name: string; readonly address: string | undefined }) {
  if (address === undefined) return undefined;
  return (
    <Fact name={name}>
      {isWebAddress(address) ? (
        <a href={address} rel="nofollow noopener noreferrer ugc">
          <PlainText text={address} />
        </a>
      ) : (
        <PlainText text={address} />
      )}
    </Fact>
  );
}

/** Any other scheme, `javascript:` first of all, is no link. */
function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
