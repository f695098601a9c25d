import { readFileSync } from 'node:fs';
import { printable } from '@agentmesh/errors';
import type { MissingMechanism } from './isolation.js';

const MECHANISM = 'namespaces';
const SWITCHES: readonly { path: string; blocks: string; reason: string; fix: string }[] = [
  {
    path: '/proc/sys/kernel/unprivileged_userns_clone',
    blocks: '0',
    reason: 'user namespaces are switched off for users (kernel.unprivileged_userns_clone is 0)',
    fix: 'sudo sysctl -w kernel.unprivileged_userns_clone=1',
  },
  {
    path: '/proc/sys/user/max_user_namespaces',
    blocks: '0',
    reason: 'user namespaces are switched off (user.max_user_namespaces is 0)',
    fix: 'sudo sysctl -w user.max_user_namespaces=15000',
  },
  {
    path: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    blocks: '1',
    reason: 'AppArmor allows user namespaces to named programs alone, and bwrap is none of them',
    fix: 'Give bwrap an AppArmor profile: write "abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }" to /etc/apparmor.d/bwrap and run sudo apparmor_parser -r /etc/apparmor.d/bwrap',
  },
];

/** What keeps the system from having a box at all, from what bwrap said and from what the kernel's switches say. */
export function boxTrouble(
  said: string,
  readValue: (path: string) => string | undefined = readSwitch,
): MissingMechanism {
  if (/unknown option/i.test(said)) {
    const reason = `bubblewrap is too old (${printable(said)})`;
    return { mechanism: MECHANISM, reason, fix: 'Install bubblewrap 0.8.0 or newer' };
  }
  const off = SWITCHES.find(({ path, blocks }) => readValue(path) === blocks);
  if (off !== undefined) return { mechanism: MECHANISM, reason: off.reason, fix: off.fix };
  const reason = `bubblewrap could not make a box: ${printable(said)}`;
  const fix =
    'In a container, allow user namespaces: run it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined, or run plugins outside of it';
  return { mechanism: MECHANISM, reason, fix };
}

function readSwitch(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return undefined;
  }
}
