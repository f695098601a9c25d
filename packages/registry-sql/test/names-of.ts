import type { RegistryStore } from '@agentmesh/registry';

/** Every listed name. */
export async function namesOf(store: RegistryStore): Promise<string[]> {
  const names: string[] = [];
  for await (const name of store.names?.() ?? []) names.push(name);
  return names;
}
