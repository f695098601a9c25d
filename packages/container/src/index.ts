export type { ExportContainerOptions, ExportedContainer } from './export-container.js';
export { exportContainer } from './export-container.js';
export type { ImportContainerOptions } from './import-container.js';
export { importContainer } from './import-container.js';
export type { ContainerKind, PluginContainer } from './plugin-container.js';
export type { ReadContainerOptions } from './read-container.js';
export { readContainer } from './read-container.js';
