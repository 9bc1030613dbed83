import type { Limits } from '../../../shared/image/limits';
import type { ImageStore } from '../../store/contentStore';
import type { TreeStyle, WorkerPool } from '../../worker/jobs';
import type { MovedFrom, OperationStep } from '../../../shared/ipc/operation';

/** What every use case needs; made once by the command line or the main process. */
export interface ActionContext {
  readonly store: ImageStore;
  readonly pool: WorkerPool;
  /** What people know what stands for a store by; without it by its folder. See `wholeName`. */
  readonly label?: string;
  /** Names that several images of what is looked at came with, each with the images that are without it: the last has it. */
  readonly shadowed?: MovedFrom;
  /** The bounds for input from outside; without: the defaults. */
  readonly limits?: Limits;
  /**
   * The rights to unpack trees with owners and to mount overlays, found out when first asked for: as root, in a user
   * namespace, or through fuse-overlayfs. Throws `mount-unavailable`.
   */
  readonly privileged: () => Promise<Privileged>;
  /** Asks for rights of this kind from now on, where they are to be had and the person asks for no other. */
  readonly prefer?: (mode: Privileged['mode']) => void;
  /**
   * Adds work for the end of this process, last added first; a failure does not keep the rest from being done. `last`: once
   * everything else is done, whenever it was added.
   */
  readonly onClose: (work: () => Promise<void>, last?: 'last') => void;
}

/** Where trees with owners are made and mounted; see `electron/namespace`. */
export interface Privileged {
  /** Runs the jobs on trees and mounts with the rights they need. Closed with the context. */
  readonly pool: WorkerPool;
  /** `root`: as it is. `mapped`, `single`: in a user namespace with a range of IDs, or with one. `fuse`: fuse-overlayfs. */
  readonly mode: 'root' | 'mapped' | 'single' | 'fuse';
  /** Names the owners that files of unpacked trees have on disk: trees of another key cannot be used. */
  readonly key: string;
  readonly style: TreeStyle;
  /** IDs from 0 up that files can have on disk: all, the range of the namespace, or one. */
  readonly ids: number;
  /** Words to put before a command so that it runs where the mounts are; empty where that is here. */
  readonly enter: readonly string[];
  /** A path inside of where the mounts are, as it can be reached from outside. */
  reach(path: string): string;
}

/** How a long use case reports and is stopped. */
export interface Run {
  readonly signal: AbortSignal;
  /** Progress without rate and time left: those are worked out by the operation (see `progressMeter.ts`). */
  readonly report: (step: OperationStep) => void;
}
