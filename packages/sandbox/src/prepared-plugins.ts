import { digestFiles } from '@agentmesh/artifact';
import type { Engine } from './engines/engine.js';
import type { PluginFrame } from './pool/guest-call.js';
import { encodeFrame } from './protocol/encode-frame.js';
import { FrameKind } from './protocol/frame.js';
import { readSources } from './read-sources.js';
import type { VerifiedTree } from './verify-tree.js';

const MAX_PLUGINS = 64;
const MAX_BYTES = 64 * 1024 * 1024;

interface PluginToPrepare {
  readonly tree: VerifiedTree;
  readonly engine: Engine;
  readonly entry: string;
}

/**
 * Plugins made ready for guests, the last ones used. A tree is known by its digest, which was verified for this call: what
 * was read and parsed once need not be read again.
 */
export class PreparedPlugins {
  readonly #maxSourceBytes: number;
  readonly #frames = new Map<string, PluginFrame>();
  readonly #underWay = new Map<string, Promise<PluginFrame>>();
  #bytes = 0;

  /** @param maxSourceBytes of all source files of a plugin together */
  constructor(maxSourceBytes: number) {
    this.#maxSourceBytes = maxSourceBytes;
  }

  /**
   * A verified plugin as a guest of `engine` takes it.
   *
   * @throws PluginSandboxError `PLUGIN_TOO_LARGE`, `TYPESCRIPT_UNSUPPORTED`; MarketplaceError `TREE_TAMPERED`
   */
  async get(tree: VerifiedTree, engine: Engine, entry: string): Promise<PluginFrame> {
    const digest = tree.digest ?? digestFiles(tree.files);
    const key = `${digest} ${engine.id} ${tree.manifest.name} ${entry}`;
    const known = this.#frames.get(key);
    if (known !== undefined) {
      this.#frames.delete(key);
      this.#frames.set(key, known);
      return known;
    }
    // Calls that come together wait for one reading: each with its own would hold as many copies of the sources.
    const underWay = this.#underWay.get(key) ?? this.#prepare(key, { tree, engine, entry });
    this.#underWay.set(key, underWay);
    return underWay.finally(() => this.#underWay.delete(key));
  }

  async #prepare(key: string, { tree, engine, entry }: PluginToPrepare): Promise<PluginFrame> {
    const { extensions } = engine.capabilities;
    const files = await readSources(tree, { extensions, maxBytes: this.#maxSourceBytes });
    const prepared = await engine.prepare({ entry, files }, tree.manifest);
    const frame = { key, bytes: encodeFrame(FrameKind.plugin, JSON.stringify(prepared)) };
    this.#keep(frame);
    return frame;
  }

  #keep(frame: PluginFrame): void {
    this.#bytes += frame.bytes.length - (this.#frames.get(frame.key)?.bytes.length ?? 0);
    this.#frames.set(frame.key, frame);
    for (const [key, { bytes }] of this.#frames) {
      if (this.#frames.size <= MAX_PLUGINS && this.#bytes <= MAX_BYTES) return;
      this.#frames.delete(key);
      this.#bytes -= bytes.length;
    }
  }
}
