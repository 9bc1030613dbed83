import type { Problem } from '../image/problem';

/** The store, or an engine: `engine-` and 16 hex digits made from its address. */
export type SourceId = 'store' | `engine-${string}`;

/** Tells whether a value has the form of a source ID. */
export function isSourceId(value: unknown): value is SourceId {
  return value === 'store' || (typeof value === 'string' && /^engine-[0-9a-f]{16}$/.test(value));
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
  readonly kind: 'store' | 'docker' | 'podman';
  /** For people: `Docker`, `Podman rootless`; the store's is '' (the window has a word for it). */
  readonly name: string;
  /** What the command line calls it: `store`, `docker`, `podman-rootless`. */
  readonly word: string;
  /** A folder, or `unix:///run/docker.sock`. */
  readonly address: string;
  /** `not-running`: nobody answers. `refused`: it answers, and cannot be used (rights, age, certificates). */
  readonly state: 'ready' | 'connecting' | 'not-running' | 'refused';
  /** Why it cannot be used; null while it can, or while that is not known. */
  readonly problem: Problem | null;
  readonly version: string | null;
  /** Images in it; null until they were counted. */
  readonly images: number | null;
}
