import { createHash, type Hash } from 'node:crypto';
import { closeSync, readSync, type BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { accessListName, modeWithoutList } from '../../shared/layer/accessList';
import { below, encodeName } from '../../shared/layer/entryPath';
import type { TarHeader } from '../../shared/layer/tarHeader';
import { opaquePath, whiteoutPath } from '../../shared/layer/whiteout';
import { leadsNowhere, openRegular, withTree, type HeldTree, type OpenFile } from '../system/beneath';
import { nextData } from '../system/holes';
import type { JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, TreeStyle } from '../worker/jobs';
import { blobFault, storedLayerTar } from '../worker/storedLayer';
import { erofsImage } from './erofsImage';
import { LayerMembers } from './layerMembers';
import { layerProblem } from './layerProblem';
import { LayerTree, type DirectoryNode, type FileNode, type TreeNode } from './layerTree';
import { deviceOf, typeOf } from './treeReader';
import type { FileTarget, Metadata } from './treeRules';
import { isOpaque } from './upperEntries';

/** Bytes read at once. */
const pieceSize = 1 << 20;

/** A layer's tree that also knows what its files hold: a hash of their stored bytes, holes left out. */
class KnownTree extends LayerTree {
  private readonly contents = new Map<FileNode, string>();

  constructor() {
    super(Infinity);
  }

  override file(path: string, metadata: Metadata, header: TarHeader, offset: number): FileTarget {
    return this.hashed(super.file(path, metadata, header, offset));
  }

  override fileAside(name: string, metadata: Metadata, header: TarHeader, offset: number): FileTarget {
    return this.hashed(super.fileAside(name, metadata, header, offset));
  }

  private hashed(inner: FileTarget | null): FileTarget {
    const node = this.latest;
    // One at a time: a hash that is not done is a good deal larger than what it comes to.
    const hash = createHash('sha256');
    return {
      write: (bytes) => {
        hash.update(bytes);
        inner?.write(bytes);
      },
      seek: (position) => inner?.seek(position),
      end: () => {
        inner?.end();
        if (node) this.contents.set(node, hash.digest('base64'));
      },
      abandon: () => inner?.abandon(),
    };
  }

  holds(node: FileNode, contents: string): boolean {
    return this.contents.get(node) === contents;
  }
}

/**
 * The job `check-ready`: whether a layer that is ready for a mount still holds what its blob does, byte by byte; what a mount
 * looks at is only what the file system says of it, and a disk that loses bits says nothing.
 */
export async function checkReady(
  input: JobInput<'check-ready'>,
  tools: JobTools,
): Promise<JobOutput<'check-ready'>> {
  const { folder, form, beside, diffId, style } = input;
  const tree = new KnownTree();
  const members = new LayerMembers(tree);
  let tarBytes = 0;
  try {
    for await (const chunk of storedLayerTar(input, tools)) {
      tarBytes += chunk.length;
      members.feed(chunk);
    }
    members.end();
  } catch (thrown) {
    throw await blobFault(input, layerProblem(thrown, members, input, folder), tools);
  }
  if (form === 'files') return { same: isSameFolder(join(folder, 'fs'), tree, style, tools) };
  const isSame =
    isSameFile(join(folder, 'image'), erofsImage(tree.root, tarBytes), tools) &&
    (!beside || hashOfFile(join(folder, 'tar'), tools) === diffId);
  return { same: isSame };
}

function isSameFolder(root: string, known: KnownTree, style: TreeStyle, tools: JobTools): boolean {
  try {
    return withTree(root, (tree) => isSameTree(tree, known, style, tools));
  } catch (thrown) {
    if (leadsNowhere(thrown)) return false;
    throw thrown;
  }
}

function isSameTree(tree: HeldTree, known: KnownTree, style: TreeStyle, tools: JobTools): boolean {
  const waiting: { readonly path: string; readonly node: DirectoryNode }[] = [{ path: '', node: known.root }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    tools.tick(0);
    const { path, node } = next;
    const inside = (name: string): string => below(path, name);
    // A directory that hides what is below may do so for more reasons than the layer's.
    if (node.opaque && !isOpaque(tree, path, style)) return false;
    const wanted = new Map<string, TreeNode | 'mark'>();
    for (const [name, child] of node.children)
      if (style.whiteouts === 'file' && isWhiteout(child)) wanted.set(whiteoutPath(name), 'mark');
      else wanted.set(name, child);
    if (style.whiteouts === 'file' && node.opaque) wanted.set(opaquePath(''), 'mark');
    for (const name of tree.names(path)) {
      const info = tree.look(inside(name));
      const child = wanted.get(name);
      wanted.delete(name);
      if (info === null) return false;
      // The upper directory of a workspace may hold sockets, which no layer can.
      if (child === undefined && typeOf(info) === 'socket') continue;
      if (child === undefined) return false;
      if (child === 'mark') {
        if (typeOf(info) !== 'file' || info.size !== 0n) return false;
      } else if (child.kind === 'directory') {
        if (typeOf(info) !== 'directory') return false;
        waiting.push({ path: inside(name), node: child });
      } else if (!isSameObject(tree, inside(name), info, child, known, style, tools)) return false;
    }
    // Devices that this user may not make were left out.
    for (const child of wanted.values())
      if (child === 'mark' || style.devices || isWhiteout(child)) return false;
      else if (child.kind !== 'character' && child.kind !== 'block') return false;
  }
  return true;
}

function isWhiteout(node: TreeNode): boolean {
  return node.kind === 'character' && node.major === 0 && node.minor === 0;
}

/** Where the file system knows no access lists a mode is without what one alone would give. */
const isModeOf = ({ mode, xattrs }: Metadata, found: number): boolean =>
  found === mode || found === modeWithoutList(mode, xattrs.get(accessListName));

function isSameObject(
  tree: HeldTree,
  path: string,
  info: BigIntStats,
  node: Exclude<TreeNode, DirectoryNode>,
  known: KnownTree,
  style: TreeStyle,
  tools: JobTools,
): boolean {
  if (typeOf(info) !== node.kind) return false;
  if (node.kind === 'symlink') return Buffer.from(encodeName(tree.target(path))).equals(node.target);
  if (node.kind === 'fifo') return true;
  if (node.kind !== 'file') {
    const { major, minor } = deviceOf(info);
    return major === node.major && minor === node.minor;
  }
  if (info.size !== BigInt(node.size)) return false;
  if (style.owners === 'kept' && !isModeOf(node.metadata, Number(info.mode & 0o7777n))) return false;
  const open = tree.file(path);
  if (!open) return false;
  try {
    const hash = createHash('sha256');
    let end = 0;
    for (const { position, length } of node.extents) {
      if (!isHole(open.fd, end, position, tools)) return false;
      hashRange(open.fd, position, length, hash, tools);
      end = position + length;
    }
    return isHole(open.fd, end, node.size, tools) && known.holds(node, hash.digest('base64'));
  } finally {
    closeSync(open.fd);
  }
}

const piece = Buffer.allocUnsafe(pieceSize);

/** Hashes a range of a file as far as it goes; gives how many bytes that were. */
function hashRange(fd: number, from: number, length: number, hash: Hash, tools: JobTools): number {
  let done = 0;
  while (done < length) {
    const read = readSync(fd, piece, 0, Math.min(pieceSize, length - done), from + done);
    if (read === 0) break;
    tools.tick(0);
    hash.update(piece.subarray(0, read));
    done += read;
  }
  return done;
}

/** Whether a range of a file reads as zeros. What the file system knows as a hole is not read. */
function isHole(fd: number, from: number, to: number, tools: JobTools): boolean {
  for (let at = from; at < to;) {
    const next = nextData(fd, at);
    if (next === null || next >= to) return true;
    const read = readSync(fd, piece, 0, Math.min(pieceSize, to - next), next);
    if (read === 0) return true;
    tools.tick(0);
    for (let i = 0; i < read; i++) if (piece[i] !== 0) return false;
    at = next + read;
  }
  return true;
}

/** A regular file, open for reading; null where there is something else, or nothing. */
function openOrNull(path: string): OpenFile | null {
  try {
    return openRegular(path);
  } catch (thrown) {
    if (leadsNowhere(thrown)) return null;
    throw thrown;
  }
}

/** Whether a file holds just these bytes. */
function isSameFile(path: string, wanted: Uint8Array, tools: JobTools): boolean {
  const open = openOrNull(path);
  if (!open) return false;
  try {
    if (open.info.size !== BigInt(wanted.length)) return false;
    for (let at = 0; at < wanted.length;) {
      const read = readSync(open.fd, piece, 0, pieceSize, at);
      tools.tick(0);
      if (read === 0 || !piece.subarray(0, read).equals(wanted.subarray(at, at + read))) return false;
      at += read;
    }
    return true;
  } finally {
    closeSync(open.fd);
  }
}

function hashOfFile(path: string, tools: JobTools): string | null {
  const open = openOrNull(path);
  if (!open) return null;
  try {
    const hash = createHash('sha256');
    hashRange(open.fd, 0, Infinity, hash, tools);
    return `sha256:${hash.digest('hex')}`;
  } finally {
    closeSync(open.fd);
  }
}
