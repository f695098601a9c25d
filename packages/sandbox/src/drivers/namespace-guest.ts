import { statfsSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { killGroup, type StartedProcess } from './box-process.js';
import { parentOf } from './descendants.js';

const MAX_INFO_BYTES = 4096;
/** By then bwrap has said who its child is, or has none. */
const INFO_MS = 1000;
/** More than the kernel holds for one file without content. */
const FILE_BYTES = 4096;

/** The first process of a namespace, as the host sees it. */
export class NamespaceGuest {
  #pid: number | undefined;
  #isDoomed = false;
  readonly #known = Promise.withResolvers<number>();

  get pid(): number | undefined {
    return this.#pid;
  }

  /** Settles once the process id is known; never when there is no guest. */
  get known(): Promise<number> {
    return this.#known.promise;
  }

  /** Waits for the process id, which bwrap writes before it lets the process run. */
  follow(info: Duplex, started: StartedProcess): void {
    let text = '';
    info.on('data', (chunk: Buffer) => {
      if (this.#pid !== undefined || text.length > MAX_INFO_BYTES) return;
      text += chunk.toString('latin1');
      const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
      if (pid === undefined) return;
      this.#pid = Number(pid);
      this.#known.resolve(this.#pid);
      if (this.#isDoomed) this.kill(started);
    });
  }

  /**
   * What the kernel holds for the files of a tmpfs of the guest, whatever is in them: its size bounds bytes, not files.
   *
   * @param path as the guest sees it
   */
  heldByFilesIn(path: string): number {
    if (this.#pid === undefined) return 0;
    try {
      const { files, ffree } = statfsSync(`/proc/${this.#pid}/root${path}`);
      return (files - ffree) * FILE_BYTES;
    } catch {
      // It is gone.
      return 0;
    }
  }

  /**
   * Kills process 1 of the namespace: the kernel ends all others with it, and bwrap, which waits for it, ends last. Before
   * its id is known it is killed as soon as it is: killing bwrap instead would not tell when the guest is gone.
   */
  kill(started: StartedProcess): void {
    this.#isDoomed = true;
    const { pid } = started.child;
    if (this.#pid === undefined) setTimeout(() => this.#pid === undefined && killGroup(started), INFO_MS).unref();
    // Ended and gone, its number may be somebody else's by now.
    if (this.#pid === undefined || pid === undefined || parentOf(this.#pid) !== pid) return;
    try {
      process.kill(this.#pid, 'SIGKILL');
    } catch {
      // ESRCH: it ended meanwhile.
    }
  }

  /** Without a later moment to wait for: what is left ends with bwrap (`--die-with-parent`) and with its channel. */
  abandon(started: StartedProcess): void {
    this.kill(started);
    killGroup(started);
  }
}
