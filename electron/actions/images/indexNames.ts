import type { Digest } from '../../../shared/image/digest';
import {
  fullNameAnnotation,
  refNameAnnotation,
  type OciDescriptor,
  type OciIndex,
} from '../../../shared/image/manifest';
import type { StagedRoot } from '../../source/imageSource';
import { ListedNames, nameAnnotations, nameMeaning } from '../../../shared/image/layoutName';
import { nameOfRoot } from './storeView';

/** Changes of names in index.json as pure functions: index in, index out. */

/** A descriptor under a name, or without one. */
export function named(descriptor: OciDescriptor, name: string | null): OciDescriptor {
  const { annotations = {}, ...rest } = descriptor;
  const others = Object.fromEntries(
    Object.entries(annotations).filter(([key]) => key !== refNameAnnotation && key !== fullNameAnnotation),
  );
  const all = { ...others, ...(name === null ? {} : nameAnnotations(name)) };
  return Object.keys(all).length > 0 ? { ...rest, annotations: all } : rest;
}

/** The root that has a name, in that spelling or another of the same reference; undefined for none. */
export function rootWithName(index: Pick<OciIndex, 'manifests'>, name: string): OciDescriptor | undefined {
  return index.manifests[placeOf(index, name)];
}

/** Where the entry of a name stands: the one that is spelt so, else one that means the same; -1 for none. */
function placeOf({ manifests }: Pick<OciIndex, 'manifests'>, name: string): number {
  const at = manifests.findIndex((descriptor) => nameOfRoot(descriptor) === name);
  if (at >= 0) return at;
  const names = manifests.map(nameOfRoot);
  const listed = new ListedNames(names.filter((each) => each !== null)).find(name);
  return listed === null ? -1 : names.indexOf(listed);
}

/** Gives a root a name, taking it from whoever had it; who loses the last name stays as dangling. */
export function addName(index: OciIndex, root: OciDescriptor, name: string): OciIndex {
  const table = new NameTable(index);
  table.addName(root, name);
  return table.index();
}

/** Changes a name of a root into another, which nobody else keeps. It stands where the old one stood: the first name stays the first. */
export function changeName(index: OciIndex, root: OciDescriptor, from: string, to: string): OciIndex {
  if (nameMeaning(from) !== nameMeaning(to)) {
    const added = addName(index, root, to);
    const at = placeOf(added, from);
    const given = added.manifests.at(-1);
    if (added === index || at < 0 || given === undefined) return removeName(added, from);
    return { ...added, manifests: added.manifests.slice(0, -1).map((each, i) => (i === at ? given : each)) };
  }
  const at = placeOf(index, from);
  return { ...index, manifests: index.manifests.map((each, i) => (i === at ? named(each, to) : each)) };
}

/** Takes a name away; the root stays as dangling when it was its last. */
export function removeName(index: OciIndex, name: string): OciIndex {
  const at = placeOf(index, name);
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
  /** By spelling, and by what the names mean. */
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
    return this.entries[this.placeOf(name) ?? -1] ?? null;
  }

  /** See {@link addName}. */
  addName(root: OciDescriptor, name: string): void {
    const at = this.placeOf(name);
    const holder = at === undefined ? null : (this.entries[at] ?? null);
    if (holder?.digest === root.digest) return;
    this.changed = true;
    if (holder && at !== undefined) {
      this.forget(holder);
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
    else for (const key of keysOf(name)) if (!this.byName.has(key)) this.byName.set(key, place);
    put(this.byDigest, descriptor.digest, place);
  }

  private placeOf(name: string): number | undefined {
    const [spelling, meaning] = keysOf(name);
    return this.byName.get(spelling) ?? this.byName.get(meaning);
  }

  /** Takes the keys of an entry's name away. */
  private forget(holder: OciDescriptor): void {
    for (const key of keysOf(nameOfRoot(holder) ?? '')) this.byName.delete(key);
  }

  private drop(place: number): void {
    const entry = this.entries[place];
    if (!entry) return;
    this.entries[place] = null;
    this.byDigest.get(entry.digest)?.delete(place);
    this.nameless.get(entry.digest)?.delete(place);
  }
}

/** Lists a root that came in under its names, of whoever they were. */
function listRoot(table: NameTable, { mediaType, digest, size, names }: StagedRoot): void {
  const root = { mediaType, digest, size };
  if (names.length === 0) table.addDangling(root);
  for (const name of names) table.addName(root, name);
}

/** A name that came to other images than it was of. */
export interface MovedName {
  readonly name: string;
  /** The images that it was of and that are without it now; none where nobody can tell. */
  readonly images: readonly Digest[];
}

/**
 * Lists roots that came in, in their order, under their names; answers which of these are other images' now than before, also where
 * two of what came have a name in common: the last has it. `images` says which images are below a root.
 */
export function listRoots(
  table: NameTable,
  roots: readonly StagedRoot[],
  images: ReadonlyMap<Digest, ReadonlySet<Digest>>,
): readonly MovedName[] {
  // By what names mean: a name in another spelling is the same one.
  const moved = new Map<string, { readonly name: string; readonly before: ReadonlySet<Digest> }>();
  const now = new Map<string, ReadonlySet<Digest>>();
  for (const root of roots) {
    const own = new Set<Digest>(root.images.map(({ id }) => id));
    for (const name of root.names) {
      const holder = table.holderOf(name);
      const before = holder && (images.get(holder.digest) ?? new Set());
      const key = nameMeaning(name);
      now.set(key, own);
      if (before && isMovedName(before, own))
        moved.set(key, { name, before: new Set([...(moved.get(key)?.before ?? []), ...before]) });
    }
    listRoot(table, root);
  }
  return [...moved].map(([key, { name, before }]) => ({
    name,
    images: [...before].filter((id) => now.get(key)?.has(id) !== true),
  }));
}

/** The images below each of some roots. */
export function imagesBelow(
  roots: readonly Pick<StagedRoot, 'digest' | 'images'>[],
): Map<Digest, Set<Digest>> {
  const found = new Map<Digest, Set<Digest>>();
  for (const { digest, images } of roots)
    found.set(digest, new Set([...(found.get(digest) ?? []), ...images.map(({ id }) => id)]));
  return found;
}

/** Keys of a name in {@link NameTable}: its spelling, and what it means. */
const keysOf = (name: string): readonly [string, string] => [`= ${name}`, nameMeaning(name)];

function put(places: Map<Digest, Set<number>>, digest: Digest, place: number): void {
  const known = places.get(digest);
  if (known) known.add(place);
  else places.set(digest, new Set([place]));
}

/** All names, in their order, of the roots of the entries that `has` passes, without those of the roots that go whole. */
export function namesBeside(
  { manifests }: Pick<OciIndex, 'manifests'>,
  has: (entry: OciDescriptor) => boolean,
  whole: ReadonlySet<Digest>,
): readonly string[] {
  const digests = new Set(
    manifests.filter((entry) => !whole.has(entry.digest) && has(entry)).map(({ digest }) => digest),
  );
  return manifests.flatMap((entry) => (digests.has(entry.digest) ? (nameOfRoot(entry) ?? []) : []));
}

/**
 * The index with the names of `order` in that order again among those of their roots; names that came since stand behind them.
 * The entries of a root keep the places that they have together.
 */
export function inOrder(index: OciIndex, order: readonly string[]): OciIndex {
  const rank = new Map(order.map((name, i) => [name, i]));
  const rankOf = (entry: OciDescriptor): number => rank.get(nameOfRoot(entry) ?? '') ?? order.length;
  const sorted = new Map<Digest, OciDescriptor[]>();
  for (const entry of index.manifests) {
    const known = sorted.get(entry.digest);
    if (known) known.push(entry);
    else sorted.set(entry.digest, [entry]);
  }
  for (const entries of sorted.values())
    if (entries.length > 1) entries.sort((one, other) => rankOf(one) - rankOf(other));
  const next = new Map<Digest, number>();
  const manifests = index.manifests.map((entry) => {
    const at = next.get(entry.digest) ?? 0;
    next.set(entry.digest, at + 1);
    return sorted.get(entry.digest)?.[at] ?? entry;
  });
  return { ...index, manifests };
}

/** Drops roots with all of their names. */
export function dropRoots(index: OciIndex, roots: ReadonlySet<Digest>): OciIndex {
  return { ...index, manifests: index.manifests.filter(({ digest }) => !roots.has(digest)) };
}

/**
 * Whether a name that comes to other images is one that people would call moved: an image that it named goes without it, also one
 * platform of several. The same image under another manifest (other compression, say) is none, nor is an index that has it among others.
 * `before` is empty where nobody can tell what it named.
 */
export function isMovedName(before: ReadonlySet<Digest>, now: ReadonlySet<Digest>): boolean {
  return before.size === 0 || [...before].some((id) => !now.has(id));
}
