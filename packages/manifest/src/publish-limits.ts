/** Longest texts and lists of a published manifest, in characters (code points) and items. */
export interface PublishLimits {
  readonly description: number;
  readonly author: number;
  readonly organization: number;
  readonly license: number;
  /** A version, also `min_agentmesh_version`. */
  readonly version: number;
  /** `homepage`, `repository` and `artifact_url`. */
  readonly url: number;
  readonly entry: number;
  /** One capability or keyword. */
  readonly item: number;
  readonly dependency: number;
  /** Items of one list. */
  readonly items: number;
  /** Number of `x-…` keys. */
  readonly extensions: number;
  readonly extensionKey: number;
  /** Canonical JSON of one `x-…` value. */
  readonly extensionValue: number;
}

/** What {@link PublishLimits} are. The JSON Schema says the same. */
export const PUBLISH_LIMITS: PublishLimits = Object.freeze({
  description: 4096,
  author: 256,
  organization: 128,
  license: 128,
  version: 64,
  url: 2048,
  entry: 512,
  item: 256,
  dependency: 256,
  items: 100,
  extensions: 32,
  extensionKey: 64,
  extensionValue: 16_384,
});
