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
  const table = new NameTable(index);
  table.addName(root, name);
  return table.index();
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

/**
 * Names and roots of an index, for many changes at once: each costs a look-up, so that ten thousand images in one
 * archive are listed in no time while the store is locked.
 */
export class NameTable {
  private readonly entries: (OciDescriptor | null)[];
  private readonly byName = new Map<string, number>();
  private readonly byDigest = new Map<Digest, Set<number>>();
  /** The entries of a root without a name: one that has thousands of names must not be gone through for each of them. */
  private readonly nameless = new Map<Digest, Set<number>>();
  private changed = false;

  constructor(private readonly before: OciIndex) {
    this.entries = [];
    for (const descriptor of before.manifests) this.push(descriptor);
  }

  /** The root that has a name. */
  holderOf(name: string): OciDescriptor | null {
    return this.entries[this.byName.get(name) ?? -1] ?? null;
  }

  /** See {@link addName}. */
  addName(root: OciDescriptor, name: string): void {
    const at = this.byName.get(name);
    const holder = at === undefined ? null : (this.entries[at] ?? null);
    if (holder?.digest === root.digest) return;
    this.changed = true;
    if (holder && at !== undefined) {
      this.byName.delete(name);
      if ((this.byDigest.get(holder.digest)?.size ?? 0) > 1) this.drop(at);
      else {
        this.entries[at] = named(holder, null);
        put(this.nameless, holder.digest, at);
      }
    }
    // The dangling entry of this root gives way to the named one.
    for (const place of [...(this.nameless.get(root.digest) ?? [])]) this.drop(place);
    this.push(named(root, name));
  }

  /** Lists a root without a name, unless it is listed already. */
  addDangling(root: OciDescriptor): void {
    if ((this.byDigest.get(root.digest)?.size ?? 0) > 0) return;
    this.changed = true;
    this.push(named(root, null));
  }

  /** The index as it is now; the same object when nothing changed. */
  index(): OciIndex {
    if (!this.changed) return this.before;
    return { ...this.before, manifests: this.entries.filter((entry) => entry !== null) };
  }

  private push(descriptor: OciDescriptor): void {
    const place = this.entries.push(descriptor) - 1;
    const name = nameOfRoot(descriptor);
    if (name === null) put(this.nameless, descriptor.digest, place);
    else if (!this.byName.has(name)) this.byName.set(name, place);
    put(this.byDigest, descriptor.digest, place);
  }

  private drop(place: number): void {
    const entry = this.entries[place];
    if (!entry) return;
    this.entries[place] = null;
    this.byDigest.get(entry.digest)?.delete(place);
    this.nameless.get(entry.digest)?.delete(place);
  }
}

function put(places: Map<Digest, Set<number>>, digest: Digest, place: number): void {
  const known = places.get(digest);
  if (known) known.add(place);
  else places.set(digest, new Set([place]));
}

/** Drops roots with all of their names. */
export function dropRoots(index: OciIndex, roots: ReadonlySet<Digest>): OciIndex {
  return { ...index, manifests: index.manifests.filter(({ digest }) => !roots.has(digest)) };
}
