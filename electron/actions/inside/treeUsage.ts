import { addBytes } from '../../../shared/image/bytes';
import type { LayerEntry } from '../../../shared/layer/entry';
import { isDirectory, type FileTree, type TreeFile } from './imageFiles';

/** What stands at a path comes to. */
export interface TreeUse {
  readonly path: string;
  readonly isDirectory: boolean;
  /** Bytes of the files at and below it, what has several names once, where it stands first. */
  readonly bytes: number;
  /** Files at and below it, names counted. */
  readonly files: number;
}

interface Level {
  readonly file: TreeFile;
  readonly rest: Iterator<TreeFile, void>;
  bytes: number;
  files: number;
}

/**
 * What a path of a tree and everything down to `depth` levels below it come to, largest first, the path itself before all. As
 * du(1) counts, with the bytes of contents instead of a disk's blocks.
 */
export function treeUse(tree: FileTree, at: TreeFile, depth: number): readonly TreeUse[] {
  const seen = new Set<LayerEntry | string>();
  const bytesOf = ({ entry, body, layer }: TreeFile): number => {
    const contents = body ?? entry;
    if (contents.kind !== 'file') return 0;
    // Where its bytes lie is the same for all names of a file; a sparse one lies nowhere.
    const known = contents.offset < 0 || layer === null ? contents : `${layer.digest} ${contents.offset}`;
    if (seen.has(known)) return 0;
    seen.add(known);
    return contents.size;
  };
  if (!isDirectory(at)) return [{ path: at.path, isDirectory: false, bytes: bytesOf(at), files: 1 }];
  const found: TreeUse[] = [];
  const open = (file: TreeFile): Level => ({
    file,
    rest: tree.inside(file.path)[Symbol.iterator](),
    bytes: 0,
    files: 0,
  });
  const levels = [open(at)];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const next = level.rest.next();
    if (next.done === true) {
      levels.pop();
      const { file, bytes, files } = level;
      if (levels.length <= depth) found.push({ path: file.path, isDirectory: true, bytes, files });
      const above = levels.at(-1);
      if (above) {
        above.bytes = addBytes(above.bytes, bytes);
        above.files += files;
      }
      continue;
    }
    const file = next.value;
    if (isDirectory(file)) {
      levels.push(open(file));
      continue;
    }
    const isFile = (file.body ?? file.entry).kind === 'file';
    const bytes = bytesOf(file);
    level.bytes = addBytes(level.bytes, bytes);
    level.files += isFile ? 1 : 0;
    if (levels.length <= depth && isFile)
      found.push({ path: file.path, isDirectory: false, bytes, files: 1 });
  }
  const order = (use: TreeUse): number => (use.path === at.path ? 0 : 1);
  return found.sort((a, b) => order(a) - order(b) || b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}
