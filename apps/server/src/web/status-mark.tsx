import type { RegistryEntry } from '@agentmesh/registry';

/** How a version stands, where that is worth a warning. */
export function StatusMark({ entry }: { readonly entry: RegistryEntry }) {
  const { state } = entry.status;
  return (
    <>
      {state === 'active' ? undefined : <span class={`mark ${state}`}>{state}</span>}
      {entry.manifest.signature === null ? <span class="mark unsigned">unsigned</span> : undefined}
    </>
  );
}
