import type { Permissions } from '@agentmesh/manifest';
import { PlainText } from './plain-text.js';

/** What each permission lets a plugin do, in the order in which they are shown. */
const MEANINGS = {
  net: 'connect to',
  run: 'run',
  read: 'read',
  write: 'write',
  env: 'see the environment variables',
  scratch: 'use bytes of disk',
  memory: 'use bytes of memory',
  time: 'run for milliseconds',
} as const satisfies Record<keyof Permissions, string>;

const KEYS = Object.keys(MEANINGS) as (keyof typeof MEANINGS)[];

/** What a plugin asks for; whoever installs it decides. */
export function PermissionList({ permissions = {} }: { readonly permissions?: Permissions | undefined }) {
  const asked = KEYS.filter((key) => permissions[key] !== undefined);
  if (asked.length === 0) return <p>It asks for none.</p>;
  return (
    <dl>
      {asked.map((key) => (
        <>
          <dt>{MEANINGS[key]}</dt>
          <dd>
            <PlainText text={wordsOf(permissions[key])} />
          </dd>
        </>
      ))}
    </dl>
  );
}

function wordsOf(value: readonly string[] | number | undefined): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
