import { problem } from '../image/problem';
import type { LayerEntry } from './entry';

/**
 * Layers put on top of one another without unpacking them (OCI image-spec, layer.md): what covers what, what is deleted,
 * which names are one file. `T` is whatever the caller knows of an entry: where its bytes are, its header.
 */
export type StackEntry<T> =
  | { readonly kind: 'directory'; readonly path: string; readonly data: T }
  /** Anything that is no directory and has contents of its own: file, symlink, device, fifo. */
  | { readonly kind: 'node'; readonly path: string; readonly data: T }
  | { readonly kind: 'hardlink'; readonly path: string; readonly target: string; readonly data: T }
  /** `path` is what is deleted. */
  | { readonly kind: 'whiteout'; readonly path: string }
  /** `path` is the directory whose lower contents are hidden. */
  | { readonly kind: 'opaque'; readonly path: string };

/** An entry that cannot be: a hard link to nothing. */
export class StackFault extends Error {
  override name = 'StackFault';
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path}: ${reason}`);
  }
}

/** What is wrong with the layers of `file`, in a sentence, where a stack refused them; anything else as it is. */
export function stackProblem(thrown: unknown, file: string): unknown {
  if (!(thrown instanceof StackFault)) return thrown;
  const { path: entry, reason } = thrown;
  return problem('layer-invalid', { file, entry, reason: `${entry}: ${reason}` }, { cause: thrown });
}

/** An entry of a layer as a stack takes it, with what the caller knows of it. */
export function toStackEntry<T>(entry: LayerEntry, data: T): StackEntry<T> {
  const { kind, path } = entry;
  if (kind === 'whiteout' || kind === 'opaque') return { kind, path };
  if (kind === 'hardlink') return { kind, path, target: entry.target, data };
  return { kind: kind === 'directory' ? 'directory' : 'node', path, data };
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
}

/** What a stack came to. Paths in byte order of UTF-16, a directory before what is in it. */
export interface Stacked<T> {
  readonly directories: readonly { readonly path: string; readonly data: T }[];
  /** Visible files, links and devices by what holds their contents, each with all of its names, sorted. */
  readonly nodes: ReadonlyMap<T, readonly string[]>;
  /** Deletions that must be kept where something lies below the stack. */
  readonly whiteouts: readonly string[];
  readonly opaques: readonly string[];
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

/** What takes a name out of sight, and where it is. */
export interface GoneBy {
  readonly how: 'whiteout' | 'opaque' | 'directory' | 'object';
  readonly at: string;
}

const directory = <T>(data: T | null): Node<T> => ({
  data,
  children: new Map(),
  deleted: false,
  opaque: false,
});

/** Takes layers from the bottom up; costs as much as there are entries, whatever they say. */
export class LayerStack<T> {
  private readonly root: Node<T> = directory<T>(null);

  /** @param watch told of every name that comes and goes; it costs nothing where there is none */
  constructor(private readonly watch: StackWatch<T> | null = null) {}

  /** Puts one layer on top. Deletions speak of the layers below, wherever they stand in it. Throws {@link StackFault}. */
  add(entries: Iterable<StackEntry<T>>): void {
    const rest: Exclude<StackEntry<T>, { kind: 'whiteout' | 'opaque' }>[] = [];
    for (const entry of entries) {
      if (entry.kind === 'whiteout') this.remove(entry.path);
      else if (entry.kind === 'opaque') this.hide(entry.path);
      else rest.push(entry);
    }
    for (const entry of rest) this.put(entry);
  }

  private remove(path: string): void {
    const slash = path.lastIndexOf('/');
    const parent = this.directoryAt(slash < 0 ? '' : path.slice(0, slash));
    this.leave(parent.children?.get(path.slice(slash + 1)), path, { how: 'whiteout', at: path });
    parent.children?.set(path.slice(slash + 1), { data: null, children: null, deleted: true, opaque: false });
  }

  private hide(path: string): void {
    const node = this.directoryAt(path);
    if (this.watch)
      for (const [name, child] of node.children ?? [])
        this.leave(child, path === '' ? name : `${path}/${name}`, { how: 'opaque', at: path });
    node.children = new Map();
    node.opaque = true;
  }

  /** The directory at a path, made where there is none; what is no directory gives way. */
  private directoryAt(path: string): Node<T> {
    let node = this.root;
    let length = -1;
    for (const name of path === '' ? [] : path.split('/')) {
      length += 1 + name.length;
      const children: Map<string, Node<T>> = (node.children ??= new Map<string, Node<T>>());
      let next = children.get(name);
      if (!next?.children) {
        const replaced = next !== undefined;
        const at = path.slice(0, length);
        this.leave(next, at, { how: 'directory', at });
        next = directory<T>(null);
        // In the place of something that hid what lies below, it must go on hiding it.
        next.opaque = replaced;
        children.set(name, next);
      }
      node = next;
    }
    return node;
  }

  private put(entry: Exclude<StackEntry<T>, { kind: 'whiteout' | 'opaque' }>): void {
    if (entry.kind === 'directory') {
      this.directoryAt(entry.path).data = entry.data;
      return;
    }
    const data = entry.kind === 'hardlink' ? this.linked(entry.path, entry.target) : entry.data;
    // First of all: a link may take the place of what it names.
    this.watch?.named(data, entry.path);
    const slash = entry.path.lastIndexOf('/');
    const parent = this.directoryAt(slash < 0 ? '' : entry.path.slice(0, slash));
    const name = entry.path.slice(slash + 1);
    this.leave(parent.children?.get(name), entry.path, { how: 'object', at: entry.path });
    parent.children?.set(name, {
      data,
      children: null,
      deleted: false,
      opaque: false,
    });
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

  private linked(path: string, target: string): T {
    let node: Node<T> | undefined = this.root;
    for (const name of target.split('/')) node = node?.children?.get(name);
    if (!node?.data || node.children)
      throw new StackFault(path, `is a hard link to ${target}, which is not there`);
    return node.data;
  }

  /** What is visible now. */
  result(): Stacked<T> {
    const directories: { path: string; data: T }[] = [];
    const nodes = new Map<T, string[]>();
    const whiteouts: string[] = [];
    const opaques: string[] = [];
    // Own stack: hostile paths are deep.
    const waiting: { path: string; node: Node<T> }[] = [{ path: '', node: this.root }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { path, node } = next;
      if (node.deleted) whiteouts.push(path);
      else if (node.children) {
        if (node.data !== null) directories.push({ path, data: node.data });
        if (node.opaque) opaques.push(path);
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
    return { directories, nodes, whiteouts, opaques };
  }
}
