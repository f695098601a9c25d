export type { ExecutePlugin, FunctionCall, FunctionOptions, PluginFunction } from './create-function.js';
export { createFunction } from './create-function.js';
export { createShape } from './create-shape.js';
export type { PluginEntry, PluginEntryFound } from './read-entry.js';
export { readEntry } from './read-entry.js';
