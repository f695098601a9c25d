import { supportsRuntime } from '../local-plugins/plugin-info.js';
import type { InstallRecord } from '../targets/install-record.js';

/** An installed plugin as it is answered; with a runtime, whether it says that it works with that. */
export function installedJson(record: InstallRecord, runtime: string | undefined) {
  const { plugin, version, manifest, tags, skills, runtimes } = record;
  return {
    name: plugin,
    version,
    description: manifest.description,
    author: manifest.author,
    tags: [...tags],
    skills: [...skills],
    runtimes: [...runtimes],
    ...(runtime === undefined ? {} : { supported_on_runtime: supportsRuntime(record, runtime) }),
    source: record.source,
    resolved: record.resolved,
    content_digest: record.contentDigest,
    verification: record.verification,
    key_id: record.keyId,
    installed_at: record.installedAt,
  };
}
