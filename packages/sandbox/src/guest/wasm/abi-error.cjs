'use strict';

/** A module does not keep to the ABI of WASM.md. */
class AbiError extends Error {
  /** @override */
  name = 'AbiError';
}

/** What a plugin reported through `agentmesh.fail`. */
class PluginFailure extends Error {
  /** @override */
  name = 'Error';
}

/** What a function returned is no result. */
class InvalidOutput extends Error {}

module.exports = { AbiError, InvalidOutput, PluginFailure };
