import { addBytes } from '../image/bytes';
import { parentOf } from './entryPath';
import type { LayerEntry } from './entry';

/** What a name in a layer is, as the map draws it; links to a file that is counted elsewhere take no bytes. */
export type TreeKind = 'directory' | 'file' | 'sparse' | 'hardlink' | 'other';

/** A file or directory of one layer with everything below it. */
export interface TreeLeaf {
  readonly name: string;
  readonly kind: TreeKind;
  /** Bytes of the regular files in it, uncompressed; each file counted once whatever its names. */
  readonly bytes: number;
  /** Regular files in it, itself included. */
  readonly files: number;
}

/** The same with what it holds, largest first and not all of it; nothing for anything but a directory. */
export interface TreeEntry extends TreeLeaf {
  readonly children: readonly TreeLeaf[];
}

/** A part of one directory of one layer. */
export interface TreePage {
  /** Of the directory, whole. */
  readonly bytes: number;
  readonly files: number;
  /** Deletions of lower files that the layer marks in it (whiteouts and opaque directories). */
  readonly deletions: number;
  /** Names in it that have bytes. */
  readonly entries: number;
  /** From `offset` on, largest first, names without bytes left out. */
  readonly page: readonly TreeEntry[];
  /** Bytes of what comes after the page. */
  readonly restBytes: number;
}

interface Inode {
  readonly size: number;
  readonly sparse: boolean;
  counted: boolean;
}

type Node =
  | { readonly kind: 'file'; readonly inode: Inode }
  | { readonly kind: 'hardlink'; readonly inode: Inode | null }
  | { readonly kind: 'directory' | 'other' };

interface Folder {
  kind: TreeKind;
  bytes: number;
  files: number;
  deletions: number;
  readonly children: Map<string, Folder>;
}

const newFolder = (kind: TreeKind): Folder => ({
  kind,
  bytes: 0,
  files: 0,
  deletions: 0,
  children: new Map(),
});

/**
 * Adds up the directories of one layer from its entries in archive order, as unpacking would leave them: the last entry of
 * a path counts, a file with several names counts once (where it was first named), a sparse file with the size that it
 * reads as, a whiteout as a deletion without bytes (OCI image-spec, layer.md).
 */
export class LayerTreeBuilder {
  private readonly nodes = new Map<string, Node>();
  private readonly deletions: string[] = [];

  /** The next entry. */
  add(entry: LayerEntry): void {
    if (entry.kind === 'whiteout') {
      this.deletions.push(parentOf(entry.path));
      return;
    }
    if (entry.kind === 'opaque') {
      this.deletions.push(entry.path);
      return;
    }
    const { path } = entry;
    if (path === '') return;
    // A directory that comes again only has its mode changed; anything else takes the place of what was there.
    if (entry.kind !== 'directory') this.nodes.delete(path);
    switch (entry.kind) {
      case 'file':
        this.nodes.set(path, {
          kind: 'file',
          inode: { size: entry.size, sparse: entry.offset < 0, counted: false },
        });
        break;
      case 'hardlink': {
        const to = this.nodes.get(entry.target);
        const inode = to?.kind === 'file' || to?.kind === 'hardlink' ? to.inode : null;
        this.nodes.set(path, { kind: 'hardlink', inode });
        break;
      }
      case 'directory':
        this.nodes.set(path, { kind: 'directory' });
        break;
      case 'symlink':
      case 'character':
      case 'block':
      case 'fifo':
        this.nodes.set(path, { kind: 'other' });
        break;
    }
  }

  /** Adds everything up; to be called once, after the last entry. */
  finish(): LayerTreeSums {
    const root = newFolder('directory');
    for (const [path, node] of this.nodes) {
      const parts = path.split('/');
      const through: Folder[] = [root];
      let at = root;
      for (const part of parts) {
        let next = at.children.get(part);
        if (!next) at.children.set(part, (next = newFolder('directory')));
        through.push((at = next));
      }
      at.kind = node.kind;
      const inode = 'inode' in node ? node.inode : null;
      if (!inode || inode.counted) continue;
      inode.counted = true;
      // The name that a file was first given may be another file's by now: what holds the bytes is a file all the same.
      at.kind = inode.sparse ? 'sparse' : 'file';
      for (const folder of through) {
        folder.bytes = addBytes(folder.bytes, inode.size);
        folder.files++;
      }
    }
    for (const path of this.deletions) {
      let at: Folder | undefined = root;
      at.deletions++;
      for (const part of path === '' ? [] : path.split('/')) {
        let next: Folder | undefined = at.children.get(part);
        if (!next) at.children.set(part, (next = newFolder('directory')));
        next.deletions++;
        at = next;
      }
    }
    return new LayerTreeSums(root);
  }
}

/** The directories of one layer with their bytes. */
export class LayerTreeSums {
  constructor(private readonly root: Folder) {}

  /** Bytes of all files, each counted once. */
  get bytes(): number {
    return this.root.bytes;
  }

  /**
   * Names directly in `directory` (`''`: the root) from `offset` on, at most `limit`, each with at most `inner` names of
   * its own. Null when the layer has no such directory.
   */
  page(
    directory: string,
    { offset, limit, inner }: { readonly offset: number; readonly limit: number; readonly inner: number },
  ): TreePage | null {
    const folder = find(this.root, directory);
    if (!folder) return null;
    const sorted = sortedChildren(folder);
    const page = sorted.slice(offset, offset + limit);
    const rest = sorted.slice(offset + limit);
    return {
      bytes: folder.bytes,
      files: folder.files,
      deletions: folder.deletions,
      entries: sorted.length,
      page: page.map(([name, child]) => toEntry(name, child, inner)),
      restBytes: rest.reduce((total, [, { bytes }]) => addBytes(total, bytes), 0),
    };
  }
}

function find(root: Folder, directory: string): Folder | null {
  let at: Folder | undefined = root;
  for (const part of directory === '' ? [] : directory.split('/')) at = at?.children.get(part);
  return at?.kind === 'directory' ? at : null;
}

const sortedChildren = (folder: Folder): [string, Folder][] =>
  [...folder.children]
    .filter(([, { bytes }]) => bytes > 0)
    .sort(([a, x], [b, y]) => y.bytes - x.bytes || (a < b ? -1 : 1));

function toEntry(name: string, folder: Folder, inner: number): TreeEntry {
  const { kind, bytes, files } = folder;
  const listed = kind === 'directory' && inner > 0 ? sortedChildren(folder).slice(0, inner) : [];
  return {
    name,
    kind,
    bytes,
    files,
    children: listed.map(([childName, child]) => ({
      name: childName,
      kind: child.kind,
      bytes: child.bytes,
      files: child.files,
    })),
  };
}
