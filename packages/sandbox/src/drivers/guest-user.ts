import { readFileSync } from 'node:fs';

/** Far above what people, packages, service managers and containers are given (systemd.io, "Users, Groups, UIDs and GIDs"). */
const FIRST = 0x70000000;
const HOSTS = 0x10000;
const PER_HOST = 0x1000;
/** Within a container that knows few users: below what it maps as nobody. */
const SMALL_COUNT = 2000;
const NOBODY = 65_534;

let next = 0;
let ownMap: string | undefined;

/**
 * A user id, and group id, for one guest of a host that runs as root: used by nobody else, and by no other guest at the
 * same time. Undefined where the host is not root, whose own id the guest then has outside of its box, or where the system
 * has no second id to give.
 *
 * @param uidMap what /proc/self/uid_map says (default: that); a container may know fewer users than Linux has
 */
export function guestUser(uidMap?: string): number | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  next += 1;
  ownMap ??= readUidMap();
  const map = uidMap ?? ownMap;
  const wide = FIRST + (process.pid % HOSTS) * PER_HOST + (next % PER_HOST);
  if (isMapped(wide, map)) return wide;
  const small = NOBODY - 1 - ((process.pid + next) % SMALL_COUNT);
  return isMapped(small, map) ? small : undefined;
}

/** Whether an id is one that {@link guestUser} gives. */
export function isGuestUser(user: number): boolean {
  const isWide = user >= FIRST && user < FIRST + HOSTS * PER_HOST;
  return isWide || (user < NOBODY && user >= NOBODY - SMALL_COUNT);
}

function isMapped(user: number, uidMap: string): boolean {
  return uidMap.split('\n').some((line) => {
    const [first = Number.NaN, , count = 0] = line.trim().split(/\s+/).map(Number);
    return user >= first && user < first + count;
  });
}

function readUidMap(): string {
  try {
    return readFileSync('/proc/self/uid_map', 'latin1');
  } catch {
    return '';
  }
}
