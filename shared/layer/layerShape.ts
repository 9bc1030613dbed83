import { LayerError } from './tarFault';
import { defaultLimits } from '../image/limits';
import { encodeName, lexicalPath } from './entryPath';

/**
 * The one rule of what the entries of a layer come to. Everything that says what is in a layer asks here: the views that
 * read indexes, the layers that we write, images of file systems and unpacked files.
 *
 * The OCI image-spec (layer.md) leaves open what happens on the way to a name. We follow those who unpack each layer by
 * itself and let overlayfs stack the results, as Docker (overlay2) and Podman (overlay) do, and where they refuse or depend on
 * the order of entries, umoci:
 *
 * - Entries count in archive order; of a name the last one counts. A directory that comes again only gets other metadata;
 *   anything else takes the place of what was there, with all that was in it. What is a directory in the end is merged with a
 *   lower one, whatever it was in between.
 * - On the way to a name symbolic links are followed, those that this same layer has put there until then, as in a chroot: an
 *   absolute target begins at the layer's root, `..` stays in it, 40 links are the most (path_resolution(7)). The last
 *   component is never followed. Links of lower layers are not followed: a directory takes their place (umoci and the `vfs`
 *   drivers, which unpack all layers into one tree, would go through them).
 * - Directories that are missing on the way are made ("implied"): 0755, of root, of 1970, where no lower layer lists them; else they
 *   stay as the lower one is (umoci, containerd; with Docker's and Podman's overlay they become 0755 of root). Where a file, a device or a
 *   fifo of this layer is in the way the layer is refused, as by all of them.
 * - A hard link names an object of this layer, found in the same way; `..` in a target is taken by its letters, before any link is
 *   followed, and a target above the root is refused (Docker, Podman and umoci begin at the root then). One to a lower layer's file
 *   is refused, as by Docker's overlay2 and Podman: a layer must be whole by itself. So is one that comes before what it names, as by
 *   all of them.
 * - A deletion (whiteout, opaque) belongs to the directory that its name led to when it came, and goes with it when that is
 *   replaced. It speaks of the layers below, wherever it stands: what this layer itself puts there stays (layer.md; umoci). Of
 *   a directory that this layer has, a whiteout leaves nothing of the lower one, neither contents nor metadata. Below a
 *   directory that hides everything there is nothing to delete.
 * - AUFS's own names (`.wh..wh.…`, opaque marks apart) and what is below them are no part of a layer, but a file in its folder of
 * files with several names (`.wh..wh.plnk`) is what hard links to it are names of (Docker, pkg/archive/diff.go); and the character device
 *   0:0 is none either: overlayfs would take it for a deletion, which an archive says by a name alone (umoci makes the device;
 *   Docker and Podman delete by it, depending on their driver). A hard link to it is what it is: none.
 */

/** A directory of a layer. */
export interface ShapeDirectory<T> {
  readonly kind: 'directory';
  /** How many names its real path has, and how many bytes. */
  readonly depth: number;
  readonly bytes: number;
  /** Null for an implied one. */
  data: T | null;
  /** Hides all that lies below it. */
  opaque: boolean;
  /** Deleted and made anew by this layer: of a lower directory nothing is left, metadata included. */
  renewed: boolean;
  /** Null for the root, and for what is no longer in the tree. */
  parent: ShapeDirectory<T> | null;
  readonly name: string;
  readonly children: Map<string, ShapeNode<T>>;
}

/** Anything else: file, symbolic link, device, fifo. The same object under several names where hard links say so. */
export interface ShapeObject<T> {
  readonly kind: 'object';
  readonly data: T;
  /** Of a symbolic link; null for anything else. */
  readonly target: string | null;
  /** How many names it has in the tree; none when something else took its place. */
  links: number;
}

/** A name that the layer deletes from what lies below. Comes with {@link LayerShape.finish}. */
export interface ShapeWhiteout {
  readonly kind: 'whiteout';
}

/** What a name in a layer stands for. */
export type ShapeNode<T> = ShapeDirectory<T> | ShapeObject<T> | ShapeWhiteout;

/** Where an entry is: a directory of the tree, and a name in it. */
export interface Place<T> {
  readonly parent: ShapeDirectory<T>;
  readonly name: string;
}

/** What takes a name out of sight, and where it is. */
export interface GoneBy {
  readonly how: 'whiteout' | 'opaque' | 'directory' | 'object';
  readonly at: string;
}

/** Told of what happens to a tree while entries are put into it. Paths are real ones: no link is on the way. */
export interface ShapeWatch<T> {
  /** A directory has come: implied, or the entry in hand. */
  made?(path: string): void;
  /** A node is about to go, with all that is in it. */
  removed?(path: string): void;
  /** An object has lost its last name, to something that the layer has at `cause.at`. */
  lost?(data: T, path: string, cause: GoneBy): void;
}

/** What a file system takes at the most, in bytes. */
export interface ShapeLimits {
  readonly name: number;
}

/** An entry that a tree cannot hold. */
export class TreeFault extends LayerError {
  override name = 'TreeFault';
}

/** Links that one path may go through, as Linux counts (path_resolution(7)). */
export const linkLimit = 40;

/**
 * Components that all entries of a layer may walk through links. A chain of forty long targets is walked for each entry anew
 * when something on it is replaced in between; nothing that was built by people comes near.
 */
const linkedSteps = 20_000_000;
/** As how many of these a directory counts that only links ask for: it is memory that no entry pays for. */
const stepsToMake = 20;
/**
 * Bytes by which the real paths of all entries of a layer may be longer than what the entries spell: a short name below a link
 * stands for as long a path as there may be. A million entries below `lib -> usr/lib` have 4 MB.
 */
const linkedBytes = 128 << 20;

/**
 * Directories that a layer may imply: so many, and so many more for each entry; and bytes of all their paths together. An entry of
 * 2,000 names is 4 kB as it is spelled, and 2,000 objects with 4 MB of paths as it is listed, mounted and exported. Layers of
 * tools that list no directory at all have less than one for each file.
 */
const impliedMost = { all: 20_000, ofEntry: 4, bytes: 128 << 20 } as const;

/**
 * What a real path may have, whatever links lead to: as much as a name in an archive (`path-bytes`, `path-depth`). Where an
 * entry spells more than that, in a load for which limits were raised, twice as much as it spells.
 */
const usual = { bytes: defaultLimits['path-bytes'], depth: defaultLimits['path-depth'] } as const;
/** Names shorter than this are within these limits, whatever they are made of: a character has at most three bytes. */
const surelyShort = Math.min(Math.floor(usual.bytes / 3), 2 * usual.depth);

/** What a directory is like that a layer only implies, and no layer below lists. */
export const impliedFacts = { mode: 0o755, uid: 0, gid: 0, mtime: 0 } as const;

const whiteout: ShapeWhiteout = { kind: 'whiteout' };

/** Whether a path is AUFS's own book-keeping, or below it (`.wh..wh.plnk/1.2`). An opaque mark must be read before. */
export function isAufsPath(path: string): boolean {
  return path.startsWith('.wh..wh.') || path.includes('/.wh..wh.');
}

const aufsLinks = '.wh..wh.plnk/';

/**
 * The name that a path has in AUFS's folder of files with several names, each of which is a hard link to there; null for any
 * other path. Such a file is kept aside: it has no place in the tree by itself ({@link LayerShape.keepAside}).
 */
export function asideName(path: string): string | null {
  return path.startsWith(aufsLinks) ? path.slice(path.lastIndexOf('/') + 1) : null;
}

/** Whether a device is the one that overlayfs takes for a deletion. */
export function isWhiteoutNumber(kind: string, major: number, minor: number): boolean {
  return kind === 'character' && major === 0 && minor === 0;
}

function byteLength(name: string): number {
  return encodeName(name).length;
}

/** Where an entry's directory is. */
interface Known<T> {
  readonly directory: ShapeDirectory<T>;
  /** Bytes by which its real path is longer than what the entry spells. */
  readonly longer: number;
}

/** The real path of a name in a directory of a shape; `''` for the root itself. */
export function pathOf<T>(parent: ShapeDirectory<T> | null, name: string): string {
  // In one piece: a text that is added to name by name keeps a part for each of them.
  const names = [name];
  for (let at = parent; at !== null && at.name !== ''; at = at.parent) names.push(at.name);
  return names.length === 1 ? name : names.reverse().join('/');
}

/** A hard link where it came to stand. */
export interface ShapeLink<T> {
  readonly place: Place<T>;
  /** Where its object had a name; of one that was kept aside and had none yet, the same as `place`. */
  readonly from: Place<T>;
  readonly object: ShapeObject<T>;
  /** It had that name already. */
  readonly again: boolean;
  /** The name of an object that was kept aside. */
  readonly aside?: string;
}

/** One layer as a tree, made entry by entry by the rules above. Methods throw {@link TreeFault}. */
export class LayerShape<T> {
  readonly root: ShapeDirectory<T> = {
    kind: 'directory',
    data: null,
    depth: 0,
    bytes: 0,
    opaque: false,
    renewed: false,
    parent: null,
    name: '',
    children: new Map(),
  };
  /** Directories by the paths that entries spelled; forgotten when a directory or a link goes. */
  private known = new Map<string, Known<T>>();
  private readonly deletions: Place<T>[] = [];
  /** Files that are kept aside, with the first name that each was given. */
  private readonly aside = new Map<string, { readonly object: ShapeObject<T>; first: Place<T> | null }>();
  /** Entries that have no place, as they are spelled. */
  private readonly placeless = new Set<string>();
  private opaques = 0;
  private steps = 0;
  private longer = 0;
  private entries = 0;
  /** Most bytes that the directories of one name can come to, of names beyond what is usual. */
  private longest = 0;
  /** Implied directories that were made, and the bytes of their paths. */
  private readonly implied = { count: 0, bytes: 0 };
  private most: { readonly bytes: number; readonly depth: number } = usual;

  constructor(
    private readonly watch: ShapeWatch<T> = {},
    private readonly limits: ShapeLimits | null = null,
  ) {}

  /** The directory at a path, made with its parents where it is missing. */
  private directoryAt(path: string): ShapeDirectory<T> {
    this.entries++;
    if (path === '') return this.root;
    let known = this.known.get(path);
    if (!known) {
      const directory = this.walk(path);
      known = { directory, longer: Math.max(0, directory.bytes - byteLength(path)) };
      this.known.set(path, known);
    }
    this.longer += known.longer;
    if (this.longer > linkedBytes) throw new TreeFault('links-long');
    return known.directory;
  }

  /** Lets real paths be as long as what an entry spells, be it a name or a link's target. */
  private spelled(text: string): void {
    if (text.length < surelyShort) return;
    const bytes = byteLength(text);
    const depth = text.split('/').length;
    const { most } = this;
    // A name of a load for which limits were raised may imply what it spells.
    if (bytes > usual.bytes || depth > usual.depth) this.longest = Math.max(this.longest, bytes * depth);
    this.most = {
      bytes: bytes > usual.bytes ? Math.max(most.bytes, 2 * bytes) : most.bytes,
      depth: depth > usual.depth ? Math.max(most.depth, 2 * depth) : most.depth,
    };
  }

  /** How deep a name of a directory lies, and how many bytes its path has. Throws where that is too much. */
  private extent({ parent, name }: Place<T>): { readonly depth: number; readonly bytes: number } {
    const { most } = this;
    const [depth, bytes] = [parent.depth + 1, parent.bytes + byteLength(name) + (parent.depth > 0 ? 1 : 0)];
    if (depth > most.depth || bytes > most.bytes) throw new TreeFault('path-long', most.bytes, most.depth);
    return { depth, bytes };
  }

  private walk(path: string): ShapeDirectory<T> {
    const ahead = path.split('/').reverse();
    let links = 0;
    let at = this.root;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      if (links > 0 && ++this.steps > linkedSteps) throw new TreeFault('links-many');
      if (name === '' || name === '.') continue;
      if (name === '..') {
        at = at.parent ?? this.root;
        continue;
      }
      const found = at.children.get(name);
      if (found?.kind === 'directory') at = found;
      else if (found?.kind === 'object' && found.target !== null) {
        if (++links > linkLimit) throw new TreeFault('links-many');
        this.spelled(found.target);
        if (found.target.startsWith('/')) at = this.root;
        for (const part of found.target.split('/').reverse()) ahead.push(part);
      } else if (found?.kind === 'object') throw new TreeFault('under-file', pathOf(at, name));
      else {
        if (links > 0) this.steps += stepsToMake;
        at = this.newDirectory({ parent: at, name });
        this.implies(at.bytes);
      }
    }
    return at;
  }

  /** Counts a directory that no entry is. Those that turn out to be listed are counted, too: somebody listed them behind their contents. */
  private implies(bytes: number): void {
    const { implied } = this;
    implied.count++;
    implied.bytes += bytes;
    if (
      implied.count > impliedMost.all + impliedMost.ofEntry * this.entries + this.most.depth ||
      implied.bytes > impliedMost.bytes + this.longest
    )
      throw new TreeFault('implied-many');
  }

  /** Where an entry goes: its parent resolved, its own name as it is. */
  private place(path: string): Place<T> {
    if (path === '') throw new TreeFault('root-object');
    this.spelled(path);
    const slash = path.lastIndexOf('/');
    const parent = this.directoryAt(slash < 0 ? '' : path.slice(0, slash));
    const place = { parent, name: path.slice(slash + 1) };
    if (parent.bytes + 3 * place.name.length >= surelyShort || parent.depth >= usual.depth)
      this.extent(place);
    return place;
  }

  /** Checks a name and clears its place. */
  private clear({ parent, name }: Place<T>, how: GoneBy['how']): void {
    if (this.limits && byteLength(name) > this.limits.name)
      throw new TreeFault('name-long', this.limits.name);
    const before = parent.children.get(name);
    if (!before) return;
    const { watch } = this;
    const path = watch.removed || watch.lost ? pathOf(parent, name) : '';
    watch.removed?.(path);
    parent.children.delete(name);
    if (before.kind === 'directory' || (before.kind === 'object' && before.target !== null))
      this.known = new Map();
    // Own stack: hostile paths are deep.
    const waiting: { node: ShapeNode<T>; path: string }[] = [{ node: before, path }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { node } = next;
      if (node.kind === 'directory') {
        node.parent = null;
        for (const [each, child] of node.children)
          waiting.push({ node: child, path: watch.lost ? `${next.path}/${each}` : '' });
        node.children.clear();
      } else if (node.kind === 'object' && --node.links === 0)
        watch.lost?.(node.data, next.path, { how, at: path });
    }
  }

  private newDirectory(place: Place<T>): ShapeDirectory<T> {
    const extent = this.extent(place);
    this.clear(place, 'directory');
    const { parent, name } = place;
    const made: ShapeDirectory<T> = {
      kind: 'directory',
      ...extent,
      data: null,
      opaque: false,
      renewed: false,
      parent,
      name,
      children: new Map(),
    };
    parent.children.set(name, made);
    if (this.watch.made) this.watch.made(pathOf(parent, name));
    return made;
  }

  /** An entry that is a directory. */
  directory(path: string, data: T): ShapeDirectory<T> {
    if (path === '') {
      this.root.data = data;
      return this.root;
    }
    const place = this.place(path);
    const found = place.parent.children.get(place.name);
    const directory = found?.kind === 'directory' ? found : this.newDirectory(place);
    directory.data = data;
    return directory;
  }

  /** An entry that is an object of its own; `target` for a symbolic link. Gives its place. */
  object(path: string, data: T, target: string | null = null): Place<T> {
    const place = this.place(path);
    this.clear(place, 'object');
    place.parent.children.set(place.name, { kind: 'object', data, target, links: 1 });
    return place;
  }

  /** A file that only hard links give names; `name` is {@link asideName}'s. Of one name the last counts. */
  keepAside(name: string, data: T): void {
    if (this.limits && byteLength(name) > this.limits.name)
      throw new TreeFault('name-long', this.limits.name);
    this.aside.set(name, { object: { kind: 'object', data, target: null, links: 0 }, first: null });
  }

  /** An entry that is no part of the layer; a hard link to it is none either. */
  unplaced(path: string): void {
    this.placeless.add(path);
  }

  /** Another name for an object of this layer; gives both places, and the object. Null for one that has no place, as its target has none. */
  hardlink(path: string, spelled: string): ShapeLink<T> | null {
    const target = lexicalPath(spelled);
    const name = asideName(target);
    if (name !== null) return this.linkAside(path, target, name);
    const from = this.place(target);
    const object = from.parent.children.get(from.name);
    if (object === undefined && this.placeless.has(target)) {
      this.placeless.add(path);
      return null;
    }
    if (object === undefined) throw new TreeFault('hardlink-missing', target);
    if (object.kind !== 'object') throw new TreeFault('hardlink-directory', target);
    const place = this.place(path);
    if (place.parent.children.get(place.name) === object) return { place, from, object, again: true };
    // What gives way for the link may be its target, or have it inside.
    const gone = (): boolean => from.parent.children.get(from.name) !== object;
    if (gone() || within(from.parent, place.parent.children.get(place.name)))
      throw new TreeFault('hardlink-replaced', target);
    this.clear(place, 'object');
    place.parent.children.set(place.name, object);
    object.links++;
    return { place, from, object, again: false };
  }

  private linkAside(path: string, target: string, name: string): ShapeLink<T> {
    const kept = this.aside.get(name);
    if (!kept) throw new TreeFault('hardlink-missing', target);
    const { object } = kept;
    const place = this.place(path);
    const again = place.parent.children.get(place.name) === object;
    if (!again) {
      this.clear(place, 'object');
      place.parent.children.set(place.name, object);
      object.links++;
    }
    const { first } = kept;
    const from = first && first.parent.children.get(first.name) === object ? first : place;
    kept.first = from;
    return { place, from, object, again, aside: name };
  }

  /** A deletion of `path` from what lies below; gives the place of its mark. */
  whiteout(path: string): Place<T> {
    const place = this.place(path);
    this.deletions.push(place);
    return place;
  }

  /** A mark that the directory hides all that lies below it. */
  opaque(path: string): ShapeDirectory<T> {
    this.spelled(path);
    const directory = this.directoryAt(path);
    directory.opaque = true;
    this.opaques++;
    return directory;
  }

  /** Whether a directory is still in the tree; `known` has what was found out, so that each is asked for once. */
  private holds(directory: ShapeDirectory<T>, known: Map<ShapeDirectory<T>, boolean>): boolean {
    const asked: ShapeDirectory<T>[] = [];
    let at = directory;
    let found = known.get(at);
    for (; found === undefined; found = known.get(at)) {
      asked.push(at);
      if (at.parent === null) {
        found = at === this.root;
        break;
      }
      at = at.parent;
    }
    for (const each of asked) known.set(each, found);
    return found;
  }

  /** After the last entry: deletions take effect. */
  finish(): void {
    let marks = 0;
    const known = new Map<ShapeDirectory<T>, boolean>();
    for (const { parent, name } of this.deletions) {
      if (!this.holds(parent, known)) continue;
      const found = parent.children.get(name);
      if (found?.kind === 'directory') {
        found.opaque = found.renewed = true;
        this.opaques++;
      } else if (found === undefined) {
        parent.children.set(name, whiteout);
        marks++;
      }
    }
    this.deletions.length = 0;
    if (marks === 0 || this.opaques === 0) return;
    const waiting: { directory: ShapeDirectory<T>; hidden: boolean }[] = [
      { directory: this.root, hidden: false },
    ];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { directory } = next;
      const hidden = next.hidden || directory.opaque;
      for (const [name, child] of directory.children)
        if (child.kind === 'directory') waiting.push({ directory: child, hidden });
        else if (child.kind === 'whiteout' && hidden) directory.children.delete(name);
    }
  }
}

/** Whether a directory is another one or lies in it. */
function within<T>(directory: ShapeDirectory<T>, other: ShapeNode<T> | undefined): boolean {
  if (other?.kind !== 'directory') return false;
  for (let at: ShapeDirectory<T> | null = directory; at !== null; at = at.parent)
    if (at === other) return true;
  return false;
}

/** A name of a shape, with its real path. */
export interface ShapeName<T> {
  readonly path: string;
  readonly parent: ShapeDirectory<T>;
  readonly name: string;
  readonly node: ShapeNode<T>;
}

/** Every name of a finished shape but the root, in the order of the layer, what is in a directory right behind it. */
export function* namesOfShape<T>({ root }: Pick<LayerShape<T>, 'root'>): Generator<ShapeName<T>> {
  // Own stack: hostile paths are deep.
  const open = [{ parent: root, prefix: '', children: root.children.entries() }];
  for (let last = open.at(-1); last; last = open.at(-1)) {
    const next = last.children.next();
    if (next.done === true) {
      open.pop();
      continue;
    }
    const [name, node] = next.value;
    const path = last.prefix + name;
    yield { path, parent: last.parent, name, node };
    if (node.kind === 'directory')
      open.push({ parent: node, prefix: `${path}/`, children: node.children.entries() });
  }
}
