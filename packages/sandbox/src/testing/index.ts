export type { PluginUnderTest, PluginUnderTestOptions, TestCallOptions } from './open-plugin.js';
export { openPlugin } from './open-plugin.js';
