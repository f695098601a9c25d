/** The files of the plugin of a name, by path; undefined when there is none. Yours come from wherever `hello` leads. */
export function pluginFiles(name: string, greeting: string): Readonly<Record<string, string>> | undefined {
  if (name === 'nobody') return undefined;
  return {
    'agent-plugin.yaml': manifest(name),
    'index.js': `export const greet = () => ${JSON.stringify(`${greeting}, ${name}`)};\n`,
  };
}

function manifest(name: string): string {
  return `name: ${name}
version: 1.0.0
description: Greets ${name}
author: hello
plugin_type: integration
`;
}
