import { resolve } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import type { OciReference } from '@agentmesh/oci';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../command.js';
import { formatBytes } from '../../render/bytes.js';

const SCHEME = 'oci';

/** `agentmesh plugin push oci://REGISTRY/REPOSITORY[:TAG] [DIR]` */
export default class PluginPush extends AgentmeshCommand {
  static override summary = 'Push a signed plugin to an OCI registry.';
  static override description =
    'Its version is the tag unless another is given. The digest that is printed pins exactly what was pushed: plugin install takes it as it stands.';
  static override examples = [
    '<%= config.bin %> plugin push oci://ghcr.io/alice/greeter',
    '<%= config.bin %> plugin push oci://ghcr.io/alice/greeter:latest ./greeter',
    '<%= config.bin %> plugin push oci://127.0.0.1:5000/greeter ./greeter --json',
  ];
  static override args = {
    to: Args.string({ description: 'where to: oci://registry/repository[:tag]', required: true }),
    dir: Args.string({ description: 'folder of the plugin', default: '.' }),
  };

  async run(): Promise<{
    name: string;
    version: string;
    content_digest: string | null;
    source: string;
    tag: string;
    digest: string;
    size: number;
    uploaded: boolean;
  }> {
    const { args } = await this.parse(PluginPush);
    const { tag, ...repository } = await readDestination(args.to);
    const composition = await this.compose();
    const { manifest, archive } = await this.#pack(resolve(args.dir));
    const { name, version, content_digest = archive.tree.digest, description, license } = manifest;
    const { createOciClient, pushPlugin } = await import('@agentmesh/oci');
    this.working(`Pushing ${name} ${version}`);
    const pushed = await pushPlugin(createOciClient(await composition.network()), {
      repository,
      tag: tag ?? version,
      plugin: { name, version, contentDigest: content_digest, description, license },
      archive: archive.bytes,
      signal: this.signal,
      onProgress: ({ bytes, totalBytes }) =>
        this.working(`Pushing ${name} ${version}: ${formatBytes(bytes)} of ${formatBytes(totalBytes)}`),
    });
    const source = `${SCHEME}://${pushed.reference}`;
    this.log(
      `Pushed ${name} ${version} (${formatBytes(pushed.size)}${pushed.uploaded ? '' : ', was there already'})\n  tag     ${tag ?? version}\n  pinned  ${source}`,
    );
    const { digest, size, uploaded } = pushed;
    return { name, version, content_digest, source, tag: tag ?? version, digest, size, uploaded };
  }

  async #pack(dir: string): Promise<Awaited<ReturnType<typeof import('@agentmesh/registry').packPublishable>>> {
    const [{ packPublishable }, { checkBundled }] = await Promise.all([
      import('@agentmesh/registry'),
      import('@agentmesh/installer'),
    ]);
    this.working(`Packing ${dir}`);
    return packPublishable(dir, { checkFiles: checkBundled, signal: this.signal });
  }
}

async function readDestination(text: string): Promise<OciReference> {
  const [{ parseSource }, { parseOciReference }] = await Promise.all([
    import('@agentmesh/resolver'),
    import('@agentmesh/oci'),
  ]);
  const { scheme, spec } = parseSource(text, { defaultScheme: SCHEME });
  const reference = scheme === SCHEME ? parseOciReference(spec) : undefined;
  if (reference !== undefined && reference.digest === undefined) return reference;
  throw new MarketplaceError(
    reference === undefined
      ? 'Expected an OCI registry to push to: oci://registry/repository[:tag]'
      : 'Expected a repository with a tag or without, got a digest: what is pushed decides it',
    { code: 'SOURCE_SYNTAX', hint: 'For another kind of registry see agentmesh plugin publish.' },
  );
}
