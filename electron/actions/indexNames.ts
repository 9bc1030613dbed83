import type { Digest } from '../../shared/image/digest';
import {
  fullNameAnnotation,
  refNameAnnotation,
  type OciDescriptor,
  type OciIndex,
} from '../../shared/image/manifest';
import { parseReference } from '../../shared/image/reference';
import { nameOfRoot } from './storeView';

/** Changes of names in index.json as pure functions: index in, index out. */

/** A descriptor under a name, or without one. */
export function named(descriptor: OciDescriptor, name: string | null): OciDescriptor {
  const { annotations = {}, ...rest } = descriptor;
  const others = Object.fromEntries(
    Object.entries(annotations).filter(([key]) => key !== refNameAnnotation && key !== fullNameAnnotation),
  );
  const own =
    name === null ? {} : { [fullNameAnnotation]: parseReference(name).full, [refNameAnnotation]: name };
  const all = { ...others, ...own };
  return Object.keys(all).length > 0 ? { ...rest, annotations: all } : rest;
}

/** The root that has a name, or undefined. */
export function rootWithName(index: OciIndex, name: string): OciDescriptor | undefined {
  return index.manifests.find((descriptor) => nameOfRoot(descriptor) === name);
}

/** Gives a root a name, taking it from whoever had it; who loses the last name stays as dangling. */
export function addName(index: OciIndex, root: OciDescriptor, name: string): OciIndex {
  const holder = rootWithName(index, name);
  if (holder?.digest === root.digest) return index;
  const without = holder ? removeName(index, name) : index;
  const manifests = without.manifests.filter(
    // The dangling entry of this root gives way to the named one.
    (descriptor) => descriptor.digest !== root.digest || nameOfRoot(descriptor) !== null,
  );
  return { ...without, manifests: [...manifests, named(root, name)] };
}

/** Takes a name away; the root stays as dangling when it was its last. */
export function removeName(index: OciIndex, name: string): OciIndex {
  const at = index.manifests.findIndex((descriptor) => nameOfRoot(descriptor) === name);
  const descriptor = index.manifests[at];
  if (!descriptor) return index;
  const others = index.manifests.filter((_, i) => i !== at);
  if (others.some(({ digest }) => digest === descriptor.digest)) return { ...index, manifests: others };
  return { ...index, manifests: index.manifests.map((d, i) => (i === at ? named(d, null) : d)) };
}

/** Lists a root without a name, unless it is listed already. */
export function addDangling(index: OciIndex, root: OciDescriptor): OciIndex {
  if (index.manifests.some(({ digest }) => digest === root.digest)) return index;
  return { ...index, manifests: [...index.manifests, named(root, null)] };
}

/** Drops roots with all of their names. */
export function dropRoots(index: OciIndex, roots: ReadonlySet<Digest>): OciIndex {
  return { ...index, manifests: index.manifests.filter(({ digest }) => !roots.has(digest)) };
}
