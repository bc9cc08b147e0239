// Watches folders of sources: each by itself, because what is in packages is not looked at.
import { watch } from 'node:fs';

import type { FSWatcher } from 'node:fs';

const SOURCE = /\.[cm]?tsx?$|^(?:tsconfig.*|package)\.json$/;
/** An editor writes a file in several steps; chosen. */
const SETTLE_MS = 50;

/** Calls back at once, and when sources change since; ends when the process is told to. */
export function watchFolders(folders: () => readonly string[], changed: () => void): Promise<void> {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  const refresh = (): void => {
    const current = new Set(folders());
    for (const [folder, watcher] of watchers) {
      if (current.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of current) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, (_, name) => {
        // A name without an extension may be a new folder.
        if (name === null || SOURCE.test(name) || !name.includes('.')) soon();
      });
      watcher.on('error', () => watcher.close());
      watchers.set(folder, watcher);
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      refresh();
      changed();
    }, SETTLE_MS);
  };
  // In this order: what changes meanwhile is seen.
  refresh();
  changed();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      resolve();
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
}
