import { impliedFacts, linkLimit } from './layerShape';
import type { LayerEntry } from './entry';

/** An object of a tree with the layer that it comes from: null for a directory that no archive lists. */
export interface TreeFile<L> {
  readonly path: string;
  readonly entry: LayerEntry;
  readonly layer: L | null;
  /**
   * Of what has several names, and of a hard link in one layer alone, the entry that has its contents: the same object for
   * all names of it.
   */
  readonly body?: LayerEntry;
}

/** The root filesystem of an image, or what one layer alone comes to. */
export interface FileTree<L> {
  /** What is at a path. Links on the way are followed within the tree, the last one when `follow`. Null: nothing. */
  find(path: string, follow: boolean): TreeFile<L> | null;
  /** What is directly in a directory, by name; `path` is a real one, without links. */
  inside(path: string): readonly TreeFile<L>[];
}

/** A directory that no archive lists. */
export const impliedAt = (path: string): TreeFile<never> => ({
  path,
  entry: { ...impliedFacts, kind: 'directory', path },
  layer: null,
});

/** How one goes through a tree whose places are of the kind `N`. */
export interface TreeSteps<N> {
  readonly root: N;
  /** What has a name in a place; null where nothing has. */
  child(at: N, name: string): N | null;
  /** The directory that a place is in; null of the root. */
  parent(at: N): N | null;
  /** Where a symbolic link leads; null of anything else. */
  target(at: N): string | null;
}

/**
 * The place that a path leads to from the root, as {@link FileTree.find} says it, never out of the tree. Null: nothing, or more
 * links than a kernel follows.
 */
export function walkTree<N>(steps: TreeSteps<N>, path: string, follow: boolean): N | null {
  // A step costs the same however long the way is: forty targets have room for a great many.
  const ahead = path.split('/').reverse();
  let at = steps.root;
  let links = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at = steps.parent(at) ?? steps.root;
      continue;
    }
    const next = steps.child(at, name);
    if (next === null) return null;
    const target = steps.target(next);
    if (target !== null && (follow || ahead.some((each) => each !== '' && each !== '.'))) {
      if (++links > linkLimit) return null;
      if (target.startsWith('/')) at = steps.root;
      for (const part of target.split('/').reverse()) ahead.push(part);
    } else at = next;
  }
  return at;
}

/** A name of a tree in memory. */
interface Name<L> {
  readonly name: string;
  readonly parent: Name<L> | null;
  /** Null until it is added: a directory that is known by what is in it. */
  file: TreeFile<L> | null;
  /** Null where nothing is in it. */
  inside: Map<string, Name<L>> | null;
}

/** A name with the numbers of its directory and of its own contents, where it has some; the root's is 0. */
export interface TreeRow<L> {
  readonly parent: number;
  readonly name: string;
  readonly number: number | null;
  readonly file: TreeFile<L>;
}

/** A tree that is put together object by object. */
export class MemoryTree<L> implements FileTree<L> {
  private readonly root: Name<L> = { name: '', parent: null, file: null, inside: null };
  private names = 0;

  private readonly steps: TreeSteps<Name<L>> = {
    root: this.root,
    child: (at, name) => at.inside?.get(name) ?? null,
    parent: ({ parent }) => parent,
    target: ({ file }) => (file?.entry.kind === 'symlink' ? file.entry.target : null),
  };

  /** Names in it, the root not counted. */
  get size(): number {
    return this.names;
  }

  /** Adds an object and the directories above it. */
  add(file: TreeFile<L>): void {
    let at = this.root;
    if (file.path !== '')
      for (const name of file.path.split('/')) {
        const inside: Map<string, Name<L>> = (at.inside ??= new Map<string, Name<L>>());
        let next = inside.get(name);
        if (!next) {
          inside.set(name, (next = { name, parent: at, file: null, inside: null }));
          this.names++;
        }
        at = next;
      }
    at.file = file;
  }

  find(path: string, follow: boolean): TreeFile<L> | null {
    const at = walkTree(this.steps, path, follow);
    return at && fileOf(at);
  }

  inside(path: string): readonly TreeFile<L>[] {
    let at: Name<L> | undefined = this.root;
    for (const name of path === '' ? [] : path.split('/')) at = at?.inside?.get(name);
    return sorted(at).map(fileOf);
  }

  /** What the root is, and every name in the order of the numbers of their directories, then by name. */
  *rows(): Generator<TreeRow<L>> {
    yield { parent: 0, name: '', number: 0, file: fileOf(this.root) };
    const open = [this.root];
    for (let parent = 0; parent < open.length; parent++)
      for (const name of sorted(open[parent])) {
        const number = name.inside ? open.push(name) - 1 : null;
        yield { parent, name: name.name, number, file: fileOf(name) };
      }
  }
}

const sorted = <L>(at: Name<L> | undefined): Name<L>[] =>
  [...(at?.inside?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));

/** What stands at a name: a directory where nothing says otherwise. */
function fileOf<L>(name: Name<L>): TreeFile<L> {
  if (name.file) return name.file;
  const parts: string[] = [];
  for (let at = name; at.parent; at = at.parent) parts.push(at.name);
  return impliedAt(parts.reverse().join('/'));
}
