import type { ExtensionKind } from './extension-kind.js';

/** A package of somebody else that brings a resolver or a shape, found but not run. */
export interface Extension {
  readonly kind: ExtensionKind;
  readonly name: string;
  readonly version: string;
  /** Where it lies, links followed. */
  readonly folder: string;
  /** The `node_modules` folder that it was found in. */
  readonly root: string;
  /** Its module, below `folder`. */
  readonly entry: string;
  /**
   * What somebody consents to who lets it run: its name and the hashes of all files of it and of the packages that it depends
   * on. Other bytes mean other code.
   */
  readonly content: Uint8Array;
}
