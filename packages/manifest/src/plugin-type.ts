/** The kinds of plugin, with AGT's words as they stand in `plugin_type`. */
export const PluginType = {
  policyTemplate: 'policy_template',
  integration: 'integration',
  agent: 'agent',
  validator: 'validator',
} as const;

/** One of the values of {@link PluginType}. */
export type PluginType = (typeof PluginType)[keyof typeof PluginType];
