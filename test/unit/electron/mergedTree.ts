import { createHash } from 'node:crypto';
import { readLayerEntries } from '../../../electron/index/layerIndex';
import { decompress } from '../../../electron/tar/decompress';
import { wholeFile } from '../../../electron/store/blobFile';
import type { OpenLayer } from '../../../electron/index/openLayer';
import { storedLimits } from '../../../shared/image/limits';
import type { LayerEntry } from '../../../shared/layer/entry';
import { createReadStream } from 'node:fs';

/** A path of a merged root file system: type, mode, owner, group, and size with digest, or link target. */
export type TreeRow = string;

interface Node {
  readonly type: 'd' | 'f' | 'l' | 'o';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly rest: string;
}

async function uncompressed({ blob, facts }: OpenLayer): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const budget = { limits: storedLimits, file: facts.digest, what: facts.digest };
  const source = createReadStream(wholeFile(blob)) as AsyncIterable<Uint8Array>;
  for await (const chunk of decompress(facts.compression, source, budget)) parts.push(chunk);
  return Buffer.concat(parts);
}

/**
 * The root file system of an image, made of the indexes of its layers and of the bytes at the offsets that they give: so
 * it holds indexes and offsets to what another tool unpacked. Simple on purpose; links to folders are followed within
 * the root when something is put below them.
 */
export async function mergedTree(layers: readonly OpenLayer[]): Promise<ReadonlyMap<string, TreeRow>> {
  const tree = new Map<string, Node>();
  for (const layer of layers) await applyLayer(tree, layer);
  const rows = new Map<string, TreeRow>();
  for (const [path, { type, mode, uid, gid, rest }] of tree) {
    rows.set(path, `${type} ${mode.toString(8).padStart(4, '0')} ${uid} ${gid} ${rest}`);
  }
  return rows;
}

function removeBelow(tree: Map<string, Node>, path: string, spare: ReadonlySet<string>): void {
  const prefix = path === '' ? '' : `${path}/`;
  for (const other of [...tree.keys()]) if (other.startsWith(prefix) && !spare.has(other)) tree.delete(other);
}

/** The path with links in its folders followed. */
function realPath(tree: ReadonlyMap<string, Node>, path: string): string {
  let parts = path.split('/');
  const done: string[] = [];
  for (let steps = 0; parts.length > 1 && steps < 200; steps++) {
    const [part = '', ...rest] = parts;
    parts = rest;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const node = tree.get([...done, part].join('/'));
    if (node?.type === 'l') {
      if (node.rest.startsWith('/')) done.length = 0;
      parts = [...node.rest.split('/'), ...parts];
    } else done.push(part);
  }
  return [...done, ...parts].join('/');
}

async function applyLayer(tree: Map<string, Node>, layer: OpenLayer): Promise<void> {
  const bytes = await uncompressed(layer);
  const own = new Set<string>();
  for await (const entry of readLayerEntries(layer.indexPath)) {
    if (entry.path === '' && entry.kind !== 'opaque') continue;
    const path = realPath(tree, entry.path);
    if (entry.kind === 'whiteout' || entry.kind === 'opaque') {
      // What this layer adds itself stays, whichever comes first in the archive.
      if (entry.kind === 'whiteout' && !own.has(path)) tree.delete(path);
      removeBelow(tree, path, own);
      continue;
    }
    addParents(tree, path, own);
    const node = toNode(tree, entry, bytes);
    if (node === null) continue;
    if (node.type !== 'd') removeBelow(tree, path, new Set());
    tree.set(path, node);
    own.add(path);
  }
}

function addParents(tree: Map<string, Node>, path: string, own: Set<string>): void {
  const parts = path.split('/').slice(0, -1);
  for (let i = 1; i <= parts.length; i++) {
    const parent = parts.slice(0, i).join('/');
    if (!tree.has(parent)) tree.set(parent, { type: 'd', mode: 0o755, uid: 0, gid: 0, rest: '' });
    own.add(parent);
  }
}

function toNode(tree: ReadonlyMap<string, Node>, entry: LayerEntry, bytes: Buffer): Node | null {
  const { mode, uid, gid } = entry;
  switch (entry.kind) {
    case 'file': {
      const content = bytes.subarray(entry.offset, entry.offset + entry.size);
      const digest = createHash('sha256').update(content).digest('hex');
      return { type: 'f', mode, uid, gid, rest: `${entry.size} ${digest}` };
    }
    case 'directory':
      return { type: 'd', mode, uid, gid, rest: '' };
    case 'symlink':
      // The mode of a link means nothing, and Linux always shows this one.
      return { type: 'l', mode: 0o777, uid, gid, rest: entry.target };
    case 'hardlink':
      return tree.get(realPath(tree, entry.target)) ?? null;
    default:
      return { type: 'o', mode, uid, gid, rest: entry.kind };
  }
}

/** Reads a tree as umoci unpacked it (`path type mode uid gid size digest-or-target hardlink-of`, by tabs). */
export function parseTree(text: string): ReadonlyMap<string, TreeRow> {
  const rows = new Map<string, TreeRow>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [path = '', type = '', mode = '', uid, gid, size, value] = line.split('\t');
    const rest = type === 'f' ? `${size} ${value}` : type === 'l' ? value : '';
    rows.set(path, `${type} ${mode} ${uid} ${gid} ${rest}`);
  }
  return rows;
}
