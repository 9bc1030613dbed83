import type { Problem } from '../image/problem';
import { placeKinds, type SourceId } from './placeKinds';

export type { SourceId };

/** Tells whether a value has the form of a source ID. */
export function isSourceId(value: unknown): value is SourceId {
  return typeof value === 'string' && Object.values(placeKinds).some(({ ids }) => ids.test(value));
}

/** Images of an engine whose answers make no sense: they are not in its graph. */
export interface LeftOut {
  readonly count: number;
  /** The first of them, with why. */
  readonly first: readonly { readonly name: string; readonly problem: Problem }[];
}

/** Where images are, as the sidebar and `stratigraph sources` list it. */
export interface SourceInfo {
  readonly id: SourceId;
  /** What answers; before it has answered what it is taken for. */
  readonly kind: 'store' | 'docker' | 'podman' | 'archive' | 'layout';
  /** For people: `Docker`, `Podman rootless`, `app.tar`; the store's is '' (the window has a word for it). */
  readonly name: string;
  /** What the command line calls it: `store`, `docker`, `podman-rootless`, a path. */
  readonly word: string;
  /** A folder, or `unix:///run/docker.sock`. */
  readonly address: string;
  /**
   * `not-running`: nobody answers. `refused`: it answers, and cannot be used (rights, age, certificates). `unread`: an archive or a folder on
   * the person's list, which is read when somebody goes there.
   */
  readonly state: 'ready' | 'connecting' | 'not-running' | 'refused' | 'unread';
  /** Why it cannot be used; null while it can, or while that is not known. */
  readonly problem: Problem | null;
  readonly version: string | null;
  /** Images in it; null until they were counted. */
  readonly images: number | null;
  /** It is on the person's own list, and can be taken off it. */
  readonly added?: true | undefined;
}
