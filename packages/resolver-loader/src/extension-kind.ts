/** What a package of a third party brings. */
export type ExtensionKind = 'resolver' | 'shape';

/** How packages of a kind are called, what they export, and the error for one that does not. */
export interface ExtensionRule {
  readonly name: RegExp;
  readonly factory: string;
  readonly makes: string;
  readonly invalid: string;
  readonly missing: string;
  readonly seeAlso: string;
}

/** The rules of both kinds. */
export const EXTENSION_RULES: Readonly<Record<ExtensionKind, ExtensionRule>> = {
  resolver: {
    name: /^(?:@[a-z0-9][a-z0-9._~-]{0,100}\/)?agentmesh-resolver-[a-z0-9._~-]{1,100}$/,
    factory: 'createResolver',
    makes: 'an object with a scheme and a function fetch',
    invalid: 'RESOLVER_INVALID',
    missing: 'RESOLVER_NOT_FOUND',
    seeAlso: '; see agentmesh source init --help',
  },
  shape: {
    name: /^(?:@[a-z0-9][a-z0-9._~-]{0,100}\/)?agentmesh-shape-[a-z0-9._~-]{1,100}$/,
    factory: 'createShape',
    makes: 'an object with a shape and functions detect, check, activate, deactivate',
    invalid: 'SHAPE_INVALID',
    missing: 'SHAPE_NOT_FOUND',
    seeAlso: '',
  },
};

/** True for a name by the convention `agentmesh-KIND-*`, with or without a scope before it. */
export function isExtensionName(kind: ExtensionKind, name: string): boolean {
  return EXTENSION_RULES[kind].name.test(name) && !name.includes('..');
}
