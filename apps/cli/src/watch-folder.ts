import { type FSWatcher, watch } from 'node:fs';

const SETTLE_MS = 80;
/** What editors, version control and package managers change without the plugin changing. */
const UNINTERESTING = /(?:^|[\\/])(?:\.git|node_modules)(?:[\\/]|$)|~$|\.sw[px]$/;

/** Tells when something in a folder changed; several changes at once, as an editor makes them, count as one. */
export interface FolderWatch {
  /** The path, inside the folder, of the first change since the last answer. Rejects when the folder cannot be watched any more. */
  next(): Promise<string>;
  close(): void;
}

/** Starts to watch a folder and what is below it. Links are not followed. */
export function watchFolder(folder: string): FolderWatch {
  let pending: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waiting: PromiseWithResolvers<string> | undefined;
  const deliver = () => {
    timer = undefined;
    if (pending === undefined || waiting === undefined) return;
    waiting.resolve(pending);
    waiting = undefined;
    pending = undefined;
  };
  const watcher: FSWatcher = watch(folder, { recursive: true }, (_, path) => {
    if (path !== null && UNINTERESTING.test(path)) return;
    pending ??= path ?? folder;
    clearTimeout(timer);
    timer = setTimeout(deliver, SETTLE_MS);
  });
  watcher.on('error', (error) => waiting?.reject(error));
  return {
    next: () => {
      waiting ??= Promise.withResolvers();
      const { promise } = waiting;
      if (pending !== undefined && timer === undefined) deliver();
      return promise;
    },
    close: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
