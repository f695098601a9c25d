import type { TreeFile } from '@agentmesh/artifact';
import type { Finding } from '@agentmesh/errors';
import type { ReadPlugin, ReadPluginHints } from '@agentmesh/installer';
import type { PluginManifest } from '@agentmesh/manifest';
import type { PackedPlugin } from '@agentmesh/registry';

/** Work on what a stranger sent that may take long: its manifest is parsed, or its scripts are. */
export type AsideTask =
  | { readonly kind: 'manifest'; readonly text: string }
  | { readonly kind: 'files'; readonly plugin: PackedPlugin }
  | { readonly kind: 'imports'; readonly dir: string; readonly files: readonly TreeFile[] }
  | { readonly kind: 'container'; readonly dir: string; readonly hints: ReadPluginHints };

/** What came of it; an error comes in parts, since threads forget classes. */
export type AsideAnswer =
  | { readonly kind: 'manifest'; readonly manifest: PluginManifest }
  | { readonly kind: 'files'; readonly findings: readonly Finding[] }
  | { readonly kind: 'container'; readonly container: ReadPlugin }
  | {
      readonly kind: 'error';
      readonly message: string;
      readonly code: string;
      readonly hint: string | undefined;
      readonly findings: readonly Finding[];
    };
