import type { BigIntStats } from 'node:fs';
import { getAttribute, listAttributes } from '../system/syscalls';
import type { TreeStyle } from '../worker/jobs';
import { deviceOf, look, namesOf, pathIn, textIn, type FsPath } from './treeReader';

/** What overlayfs, or fuse-overlayfs, leaves in an upper directory. */
export interface UpperEntry {
  /** Relative to the upper directory; for a whiteout the path that it deletes. */
  readonly path: string;
  readonly name: string;
  readonly whiteout: boolean;
  readonly info: BigIntStats;
  readonly at: FsPath;
}

const marker = '.wh.';
const opaqueMarker = '.wh..wh..opq';

/** True for a character device 0:0: a deletion. */
export function isWhiteoutDevice(info: BigIntStats): boolean {
  if (!info.isCharacterDevice()) return false;
  const { major, minor } = deviceOf(info);
  return major === 0 && minor === 0;
}

/** The entries of a directory of an upper tree, by name in byte order; marks are told apart from files. */
export function* upperEntries(upper: string, directory: string, style: TreeStyle): Generator<UpperEntry> {
  for (const name of namesOf(pathIn(upper, directory))) {
    const stored = directory === '' ? name : `${directory}/${name}`;
    const at = pathIn(upper, stored);
    const info = look(at);
    if (info === null) continue;
    if (style.whiteouts === 'file' && name.startsWith(marker)) {
      if (name.startsWith('.wh..wh.')) continue;
      const hidden = name.slice(marker.length);
      const path = directory === '' ? hidden : `${directory}/${hidden}`;
      yield { path, name: hidden, whiteout: true, info, at };
    } else yield { path: stored, name, whiteout: isWhiteoutDevice(info), info, at };
  }
}

/** Whether a directory of an upper tree hides what lies below it. */
export function isOpaque(upper: string, directory: string, style: TreeStyle): boolean {
  const where = textIn(upper, directory);
  if (style.whiteouts === 'file' && look(pathIn(upper, `${directory}/${opaqueMarker}`)) !== null) return true;
  const names =
    style.whiteouts === 'file'
      ? ['user.fuseoverlayfs.opaque', 'user.overlay.opaque']
      : [`${style.attributes}.overlay.opaque`];
  return names.some((name) => {
    const value = getAttribute(where, name);
    return value !== null && Buffer.from(value).toString('latin1').startsWith('y');
  });
}

/** Attributes that say how a tree is stored, or belong to this system: no part of an image. */
const notOurs =
  /^(?:trusted\.|user\.overlay\.|user\.fuseoverlayfs\.|user\.containers\.|system\.|security\.(?:selinux|ima|evm)$)/;

/** Extended attributes of an object that belong in a layer, by name in byte order. */
export function attributesOf(root: string, path: string): readonly (readonly [string, Uint8Array])[] {
  const where = textIn(root, path);
  const found: [string, Uint8Array][] = [];
  for (const name of listAttributes(where)) {
    if (notOurs.test(name)) continue;
    const value = getAttribute(where, name);
    if (value) found.push([name, value]);
  }
  return found;
}

/** Whether an object has the same attributes in two trees, as far as they belong in a layer. */
export function sameAttributes(root: string, other: string, path: string): boolean {
  const here = attributesOf(root, path);
  const there = attributesOf(other, path);
  return (
    here.length === there.length &&
    here.every(([name, value], i) => name === there[i]?.[0] && Buffer.compare(value, there[i][1]) === 0)
  );
}
