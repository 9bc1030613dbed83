import { join } from 'node:path';
import { hexOf, type DiffId } from '../../shared/image/digest';

/**
 * Where a store keeps what belongs to no image: unpacked layers (a cache), mounts, workspaces, runs and the guided page.
 * All of it lies beside the layout's own files, where other tools do not look.
 */
export const places = {
  /** Unpacked layers whose files have owners of one kind; see `Privileged.key`. */
  unpackedOf: (store: string, key: string): string => join(store, 'cache', 'layers', key),
  /** One unpacked layer: `fs/` and `layer.json`. */
  unpacked: (store: string, key: string, diffId: DiffId): string =>
    join(store, 'cache', 'layers', key, hexOf(diffId)),
  /** Two empty directories: overlayfs wants at least two lower layers, also below an image of one. */
  empty: (store: string, key: string, which: 0 | 1): string =>
    join(store, 'cache', 'layers', key, `empty-${which}`),
  mounts: (store: string): string => join(store, 'mounts'),
  workspaces: (store: string): string => join(store, 'workspaces'),
  workspace: (store: string, name: string): string => join(store, 'workspaces', name),
  /** Running containers' bundles and throw-away directories. */
  runs: (store: string): string => join(store, 'run'),
  guides: (store: string): string => join(store, 'guide'),
} as const;
