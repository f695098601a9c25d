import * as Flags from '@oclif/core/flags';

/** The kinds of plugin, as `--type` takes them. */
export const PLUGIN_TYPES = ['policy_template', 'integration', 'agent', 'validator'] as const;

/** `--registry PLACE`, shared by every command that reads or changes the registry. */
export const registryFlag = Flags.string({
  description: 'registry to use: a file, sqlite:FILE, postgres://… or https://… (default: .agentmesh/registry.json)',
  helpValue: 'PLACE',
});

/** `--key FILE`, shared by every command that signs. */
export const keyFlag = Flags.string({
  description: 'private key to sign with, a PEM file (default: your default key, made on first use)',
  helpValue: 'FILE',
});
