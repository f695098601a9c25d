import type { ContentCache, Credentials, DownloaderOptions } from '@agentmesh/download';
import type { CheckFiles } from '@agentmesh/registry';
import type { PluginSigner } from '@agentmesh/signing';

/** What a registry over HTTP was asked and could not be asked anew. */
export interface OldAnswer {
  /** Host of the registry, with its port. */
  readonly host: string;
  /** When the registry said what is shown now. */
  readonly since: Date;
}

/** Where a registry is, and how it is reached. */
export interface HttpRegistryOptions
  extends Pick<DownloaderOptions, 'allowPrivateHosts' | 'ca' | 'lookup' | 'proxy' | 'retry' | 'onProblem'> {
  /** `https://plugins.example.com`, with a path where a proxy has one; `http:` on loopback alone, which has to be listed too. */
  readonly url: string;
  /** Sent to that host and port alone; without it the credentials are asked. */
  readonly token?: string | undefined;
  readonly credentials?: Credentials | undefined;
  /** Where answers and archives are kept; without one every answer comes anew, and nothing is there offline. */
  readonly cache?: ContentCache | undefined;
  /** True asks nobody: what the cache has is all there is. */
  readonly offline?: boolean | undefined;
  /** Told of each answer that is from the cache because the registry could not be asked. Must not throw. */
  readonly onOld?: ((answer: OldAnswer) => void) | undefined;
  /** Ends everything under way. */
  readonly signal?: AbortSignal | undefined;
  /** For one answer, its retries included, in milliseconds (default 60,000); archives get five times as long. */
  readonly timeoutMs?: number | undefined;
  /** Largest answer but for archives, in bytes (default 64 MiB). */
  readonly maxAnswerBytes?: number | undefined;
  /** Largest archive in bytes (default 100 MiB). */
  readonly maxArtifactBytes?: number | undefined;
  /** The key that signs changes of status as an owner of the name; without one they need a token that may do it. */
  readonly signer?: (() => Promise<PluginSigner | undefined>) | undefined;
  /** Looks at the files of what is to be published. */
  readonly checkFiles?: CheckFiles | undefined;
  /** Tells the time of answers and signatures (default: the present). */
  readonly now?: (() => Date) | undefined;
}
