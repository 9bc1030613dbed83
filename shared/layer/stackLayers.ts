import { limitSpecs } from '../image/limits';
import { LayerError } from './tarFault';
import { problem } from '../image/problem';
import type { LayerEntry } from './entry';
import { parentOf } from './entryPath';
import {
  asideName,
  isAufsPath,
  isWhiteoutNumber,
  LayerShape,
  linkLimit,
  TreeFault,
  type GoneBy,
  type Place,
  type ShapeDirectory,
  type ShapeNode,
  type ShapeWatch,
} from './layerShape';

export type { GoneBy } from './layerShape';

/**
 * Layers put on top of one another without unpacking them. What one layer comes to by itself is said by `LayerShape`; how it
 * lies on those below is what overlayfs does with unpacked layers: directories are merged, anything else covers what is below,
 * deletions take it away. In one thing we follow umoci, and the tree that the author of a layer saw: a directory that a layer
 * only implies keeps the metadata of the lower one. overlayfs would show those of the upper directory, 0755 of root: what is
 * mounted has these directories in a layer of their own on top (`impliedDirectories`). `T` is
 * whatever the caller knows of an entry: where its bytes are, its header.
 */
export type StackEntry<T> =
  | { readonly kind: 'directory'; readonly path: string; readonly data: T }
  /** Anything that is no directory and has contents of its own: file, device, fifo. */
  | { readonly kind: 'node'; readonly path: string; readonly data: T }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string; readonly data: T }
  | { readonly kind: 'hardlink'; readonly path: string; readonly target: string; readonly data: T }
  /** A file that only hard links give names (`asideName`, which `path` is). */
  | { readonly kind: 'aside'; readonly path: string; readonly data: T }
  /** What is no part of the layer, and of which no hard link is one. */
  | { readonly kind: 'unplaced'; readonly path: string }
  /** `path` is what is deleted. */
  | { readonly kind: 'whiteout'; readonly path: string }
  /** `path` is the directory whose lower contents are hidden. */
  | { readonly kind: 'opaque'; readonly path: string };

/** An entry that cannot be: a hard link to nothing. */
export class StackFault extends Error {
  override name = 'StackFault';
  constructor(
    readonly path: string,
    readonly fault: LayerError,
  ) {
    super(`${path}: ${fault.message}`, { cause: fault });
  }
}

/** What is wrong with the layers of `file`, in a sentence, where a stack refused them; anything else as it is. */
export function stackProblem(thrown: unknown, file: string): unknown {
  if (!(thrown instanceof StackFault)) return thrown;
  const { path: entry, fault } = thrown;
  return problem('layer-invalid', { file, entry, ...fault.facts(entry) }, { cause: thrown });
}

/**
 * An entry of a layer as shapes and stacks take it, with what the caller knows of it; null for one that is no part of the
 * layer (see `LayerShape`).
 */
export function toStackEntry<T>(entry: LayerEntry, data: T): StackEntry<T> | null {
  const { kind, path } = entry;
  if (isAufsPath(path)) {
    const name = asideName(path);
    return kind === 'file' && name !== null ? { kind: 'aside', path: name, data } : null;
  }
  switch (kind) {
    case 'whiteout':
    case 'opaque':
      return { kind, path };
    case 'hardlink':
    case 'symlink':
      return { kind, path, target: entry.target, data };
    case 'directory':
      return { kind, path, data };
    case 'character':
      return isWhiteoutNumber(kind, entry.major, entry.minor)
        ? { kind: 'unplaced', path }
        : { kind: 'node', path, data };
    case 'file':
    case 'block':
    case 'fifo':
      return { kind: 'node', path, data };
  }
}

/** Where an entry came to stand, of a deletion where its mark would: `pathOf` has the path. */
export interface Stood<T> {
  readonly parent: ShapeDirectory<T> | null;
  readonly name: string;
  /** Of a hard link, where the name is that it was made from. */
  readonly from?: Place<T>;
}

/** Puts one entry into a shape; null for one that has no place by itself. Throws {@link StackFault}. */
export function shapeEntry<T>(shape: LayerShape<T>, entry: StackEntry<T>): Stood<T> | null {
  try {
    switch (entry.kind) {
      case 'whiteout':
        return shape.whiteout(entry.path);
      case 'opaque':
        return shape.opaque(entry.path);
      case 'directory':
        return shape.directory(entry.path, entry.data);
      case 'symlink':
        return shape.object(entry.path, entry.data, entry.target);
      case 'node':
        return shape.object(entry.path, entry.data);
      case 'aside':
        shape.keepAside(entry.path, entry.data);
        return null;
      case 'unplaced':
        shape.unplaced(entry.path);
        return null;
      case 'hardlink': {
        const link = shape.hardlink(entry.path, entry.target);
        return link && { ...link.place, from: link.from };
      }
    }
  } catch (thrown) {
    if (thrown instanceof TreeFault) throw new StackFault(entry.path, thrown);
    throw thrown;
  }
}

/** What the entries of one layer come to. Throws {@link StackFault}. */
export function shapeOf<T>(entries: Iterable<StackEntry<T>>, watch: ShapeWatch<T> = {}): LayerShape<T> {
  const shape = new LayerShape<T>(watch);
  for (const entry of entries) shapeEntry(shape, entry);
  shape.finish();
  return shape;
}

interface Node<T> {
  /** Null for a directory that no archive lists, and for a deletion. */
  data: T | null;
  /** Null for what is no directory. */
  children: Map<string, Node<T>> | null;
  /** A name that is deleted from whatever lies below the stack. */
  deleted: boolean;
  /** A directory that hides what lies below the stack. */
  opaque: boolean;
  /** A directory that is another one than that which may lie below the stack: it has none of its metadata either. */
  renewed: boolean;
  /** A directory that the topmost layer that has it only implies. */
  implied: boolean;
}

/** A directory of a stack. */
export interface StackedDirectory<T> {
  readonly path: string;
  /** Null for one that no layer lists. */
  readonly data: T | null;
  /** What may lie below the stack has no say in its metadata. */
  readonly renewed: boolean;
  /** The topmost layer that has it only implies it: its metadata are a lower one's. */
  readonly implied: boolean;
}

/** What a stack came to. Paths in byte order of UTF-16, a directory before what is in it. */
export interface Stacked<T> {
  /** All of them but a root that no layer lists. */
  readonly directories: readonly StackedDirectory<T>[];
  /** Visible files, links and devices by what holds their contents, each with all of its names, sorted. */
  readonly nodes: ReadonlyMap<T, readonly string[]>;
  /** Deletions that must be kept where something lies below the stack. */
  readonly whiteouts: readonly string[];
  readonly opaques: readonly string[];
  /** Directories that nothing else says of, where something may lie below the stack: no layer lists them, and nothing is in them. */
  readonly bare: readonly string[];
}

/** Told of what a stack makes visible and takes out of sight, name by name, while layers are put on it. */
export interface StackWatch<T> {
  /** Something that is no directory is about to have a further name; what had it before is still there. */
  named(data: T, path: string): void;
  /**
   * A name of something that is no directory is out of sight, because of what the layer has at the path `at`: a deletion,
   * an opaque directory, a directory in the place of something else, or another object, there or in the place of a
   * directory above.
   */
  gone(data: T, path: string, cause: GoneBy): void;
}

const directory = <T>(data: T | null): Node<T> => ({
  data,
  children: new Map(),
  deleted: false,
  opaque: false,
  renewed: false,
  implied: true,
});

const leaf = <T>(data: T | null, deleted: boolean): Node<T> => ({
  data,
  children: null,
  deleted,
  opaque: false,
  renewed: false,
  implied: false,
});

/** A directory of a layer, and the one of the stack that it comes to lie on. */
interface Merging<T> {
  readonly upper: ShapeDirectory<T>;
  readonly lower: Node<T>;
  readonly path: string;
  /** Whether what lies below the stack is hidden here. */
  readonly hidden: boolean;
}

/** A layer on its way to the top of a stack, which does not have to hold a list of its entries. */
export interface StackLayer<T> {
  /** The next entry. Throws {@link StackFault}. */
  put(entry: StackEntry<T>): void;
  /** After the last one: the stack has the layer. */
  end(): void;
}

/** Entries of all layers of a stack together: as many as one layer may have, for a tree costs the same however they are divided. */
const mostEntries = limitSpecs['layer-members'].most;

/** Counts the entries of layers that are held together. */
export class EntryCount {
  private found = 0;

  constructor(private readonly most: number = mostEntries) {}

  /** One more. Throws {@link StackFault} where they are too many. */
  add(path: string): void {
    if (++this.found > this.most) throw new StackFault(path, new LayerError('entries-many', this.most));
  }
}

/** Takes layers from the bottom up; costs as much as there are entries, whatever they say. */
export class LayerStack<T> {
  private readonly root: Node<T> = directory<T>(null);
  private readonly entries: EntryCount;

  /**
   * @param watch told of every name that comes and goes; it costs nothing where there is none
   * @param most entries of all layers together
   */
  constructor(
    private readonly watch: StackWatch<T> | null = null,
    most: number = mostEntries,
  ) {
    this.entries = new EntryCount(most);
  }

  /** Puts one layer on top. Throws {@link StackFault}. */
  add(entries: Iterable<StackEntry<T>>): void {
    const layer = this.begin();
    for (const entry of entries) layer.put(entry);
    layer.end();
  }

  /** Begins the next layer. */
  begin(): StackLayer<T> {
    const { watch } = this;
    const lost: { readonly data: T; readonly path: string; readonly cause: GoneBy }[] = [];
    const shape = new LayerShape<T>(
      watch ? { lost: (data, path, cause) => void lost.push({ data, path, cause }) } : {},
    );
    return {
      put: (entry) => {
        this.entries.add(entry.path);
        shapeEntry(shape, entry);
      },
      end: () => {
        shape.finish();
        this.lay(shape);
        // What the layer covers itself has come and gone.
        for (const { data, path, cause } of lost) {
          watch?.named(data, path);
          watch?.gone(data, path, cause);
        }
      },
    };
  }

  /** Puts a finished shape on top. */
  lay({ root }: LayerShape<T>): void {
    // Own stack: hostile paths are deep.
    const waiting: Merging<T>[] = [{ upper: root, lower: this.root, path: '', hidden: false }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { upper, lower, path } = next;
      if (upper.opaque) this.hide(lower, path);
      if (upper.renewed) {
        lower.renewed = true;
        lower.data = null;
      }
      if (upper.data !== null) lower.data = upper.data;
      lower.implied = upper.data === null;
      const hidden = next.hidden || lower.opaque;
      for (const [name, node] of upper.children) {
        const at = path === '' ? name : `${path}/${name}`;
        const below = this.put(lower, { name, at, hidden }, node);
        if (below && node.kind === 'directory') waiting.push({ upper: node, lower: below, path: at, hidden });
      }
    }
  }

  /** Puts one name of a layer into a directory of the stack; gives the directory to go on in. */
  private put(
    parent: Node<T>,
    { name, at, hidden }: { readonly name: string; readonly at: string; readonly hidden: boolean },
    node: ShapeNode<T>,
  ): Node<T> | null {
    const children: Map<string, Node<T>> = (parent.children ??= new Map<string, Node<T>>());
    const before = children.get(name);
    switch (node.kind) {
      case 'whiteout':
        this.leave(before, at, { how: 'whiteout', at });
        if (hidden) children.delete(name);
        else children.set(name, leaf<T>(null, true));
        return null;
      case 'object':
        // First of all: a link may take the place of what it names.
        this.watch?.named(node.data, at);
        this.leave(before, at, { how: 'object', at });
        children.set(name, leaf(node.data, false));
        return null;
      case 'directory': {
        if (before?.children) return before;
        this.leave(before, at, { how: 'directory', at });
        const made = directory<T>(null);
        // In the place of something that hid what lies below, it must go on hiding it.
        made.opaque = before !== undefined;
        made.renewed = made.opaque || hidden;
        children.set(name, made);
        return made;
      }
    }
  }

  private hide(node: Node<T>, path: string): void {
    if (this.watch)
      for (const [name, child] of node.children ?? [])
        this.leave(child, path === '' ? name : `${path}/${name}`, { how: 'opaque', at: path });
    node.children = new Map();
    node.opaque = true;
  }

  /** Tells the watch that a node, and all that is in it, is out of sight. */
  private leave(node: Node<T> | undefined, path: string, cause: GoneBy): void {
    if (!this.watch || !node) return;
    // Own stack: hostile paths are deep.
    const waiting = [{ node, path }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (next.node.children)
        for (const [name, child] of next.node.children)
          waiting.push({ node: child, path: `${next.path}/${name}` });
      else if (next.node.data !== null) this.watch.gone(next.node.data, next.path, cause);
    }
  }

  /** What is no directory at a path, null where there is nothing of the kind. */
  at(path: string): T | null {
    let node: Node<T> | undefined = this.root;
    for (const name of path.split('/')) node = node?.children?.get(name);
    return node && !node.children ? node.data : null;
  }

  /**
   * The real path of what a path leads to, as in a chroot: every link on the way is followed, the last one, too. `targetOf` has
   * the target of a symbolic link. Null where there is nothing, and behind more links than a path may have.
   */
  realPath(path: string, targetOf: (data: T) => string | null): string | null {
    const way: { readonly name: string; readonly node: Node<T> }[] = [];
    const ahead = path.split('/').reverse();
    let links = 0;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        way.pop();
        continue;
      }
      const node = (way.at(-1)?.node ?? this.root).children?.get(name);
      if (!node || node.deleted) return null;
      const target = node.children || node.data === null ? null : targetOf(node.data);
      if (target === null) {
        way.push({ name, node });
        continue;
      }
      if (++links > linkLimit) return null;
      if (target.startsWith('/')) way.length = 0;
      for (const part of target.split('/').reverse()) ahead.push(part);
    }
    return way.map(({ name }) => name).join('/');
  }

  /** What is visible now. */
  result(): Stacked<T> {
    const directories: StackedDirectory<T>[] = [];
    const nodes = new Map<T, string[]>();
    const whiteouts: string[] = [];
    const opaques: string[] = [];
    const bare: string[] = [];
    // Own stack: hostile paths are deep.
    const waiting: { path: string; node: Node<T> }[] = [{ path: '', node: this.root }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { path, node } = next;
      if (node.deleted) whiteouts.push(path);
      else if (node.children) {
        const { data, renewed, implied } = node;
        if (path !== '' || data !== null) directories.push({ path, data, renewed, implied });
        if (node.opaque) opaques.push(path);
        else if (node.children.size === 0 && data === null && !renewed && path !== '') bare.push(path);
        const names = [...node.children.keys()].sort().reverse();
        for (const name of names) {
          const child = node.children.get(name);
          if (child) waiting.push({ path: path === '' ? name : `${path}/${name}`, node: child });
        }
      } else if (node.data !== null) {
        const paths = nodes.get(node.data);
        if (paths) paths.push(path);
        else nodes.set(node.data, [path]);
      }
    }
    return { directories, nodes, whiteouts, opaques, bare };
  }
}

/** A directory whose metadata overlayfs would take from a layer that only implies it, or one above such a directory. */
export interface ImpliedDirectory {
  readonly path: string;
  /** Number of the layer that has its metadata, from 0 at the base; null where none lists it. */
  readonly layer: number | null;
}

/**
 * The directories that a mount has to be told of beside the layers, so that it shows each with the metadata of the topmost
 * layer that lists it: those that a higher layer only implies, and all above them, a directory before what is in it. `stack`
 * has numbers of layers as its data. Empty where overlayfs is right by itself.
 */
export function impliedDirectories(stack: LayerStack<number>): readonly ImpliedDirectory[] {
  const { directories } = stack.result();
  const byPath = new Map(directories.map((each) => [each.path, each.data]));
  const wanted = new Set<string>();
  for (const { path, data, implied } of directories) {
    if (!implied || data === null) continue;
    for (let at = path; !wanted.has(at); at = parentOf(at)) {
      wanted.add(at);
      if (at === '') break;
    }
    wanted.add('');
  }
  return [...wanted].sort().map((path) => ({ path, layer: byPath.get(path) ?? null }));
}
