import { lstatSync, type BigIntStats } from 'node:fs';
import { isListName } from '../../shared/layer/accessList';
import { defaultLimits } from '../../shared/image/limits';
import { problem } from '../../shared/image/problem';
import { below, encodeName } from '../../shared/layer/entryPath';
import {
  isInvalidWhiteout,
  isReservedName,
  opaquePath,
  whiteoutMark,
  whiteoutPath,
} from '../../shared/layer/whiteout';
import { leadsNowhere, type HeldTree } from '../system/beneath';
import { getAttribute, listAttributes, type Path } from '../system/syscalls';
import type { TreeStyle } from '../worker/jobs';
import { deviceOf, membersIn } from './treeReader';
import { isTaken } from './treeRules';

/** What overlayfs, or fuse-overlayfs, leaves in an upper directory. */
export interface UpperEntry {
  /** Relative to the upper directory; for a whiteout the path that it deletes. */
  readonly path: string;
  readonly name: string;
  readonly whiteout: boolean;
  readonly info: BigIntStats;
}

const opaqueMarker = opaquePath('');

/** True for a character device 0:0: a deletion. */
export function isWhiteoutDevice(info: BigIntStats): boolean {
  if (!info.isCharacterDevice()) return false;
  const { major, minor } = deviceOf(info);
  return major === 0 && minor === 0;
}

/** An {@link UpperEntry} of which no more was asked than what its directory says. */
export interface UpperMember extends Omit<UpperEntry, 'info'> {
  /** Null: by its directory a regular file, which was not looked at. */
  readonly info: BigIntStats | null;
}

/**
 * The members of a directory of an upper tree, by name in byte order; marks are told apart from files. Where whiteouts are
 * devices a `.wh.` name is a file like any other; where they are files, one that marks nothing is.
 */
export function* upperMembers(
  upper: HeldTree,
  directory: string,
  style: TreeStyle,
): Generator<UpperMember, void> {
  for (const { name, isFile } of membersIn(upper, directory)) {
    const stored = below(directory, name);
    const info = isFile ? null : upper.look(stored);
    if (!isFile && info === null) continue;
    if (style.whiteouts === 'file' && isReservedName(name) && info?.isDirectory() !== true) {
      if (name === opaqueMarker) continue;
      const mark = isInvalidWhiteout(name) ? null : whiteoutMark(name);
      if (mark) {
        yield { path: below(directory, mark.path), name: mark.path, whiteout: true, info };
        continue;
      }
    }
    yield { path: stored, name, whiteout: info !== null && marksDeletion(info, style), info };
  }
}

/** {@link upperMembers}, each of them looked at. */
export function* upperEntries(
  upper: HeldTree,
  directory: string,
  style: TreeStyle,
): Generator<UpperEntry, void> {
  for (const { path, name, whiteout, info: known } of upperMembers(upper, directory, style)) {
    const info = known ?? upper.look(whiteout ? whiteoutPath(path) : path);
    if (info) yield { path, name, whiteout: whiteout || marksDeletion(info, style), info };
  }
}

const marksDeletion = (info: BigIntStats, style: TreeStyle): boolean =>
  style.whiteouts !== 'none' && isWhiteoutDevice(info);

/** Whether a directory of an upper tree hides what lies below it. One that is gone hides nothing. */
export function isOpaque(upper: HeldTree, directory: string, style: TreeStyle): boolean {
  if (style.whiteouts === 'none') return false;
  if (style.whiteouts === 'file' && upper.look(opaquePath(directory)) !== null) return true;
  const names =
    style.whiteouts === 'file'
      ? ['user.fuseoverlayfs.opaque', 'user.overlay.opaque']
      : [`${style.attributes}.overlay.opaque`];
  try {
    const where = upper.directory(directory);
    return names.some((name) => {
      const value = getAttribute(where, name);
      return value !== null && Buffer.from(value).toString('latin1').startsWith('y');
    });
  } catch (thrown) {
    if (leadsNowhere(thrown)) return false;
    throw thrown;
  }
}

const limits = { levels: defaultLimits['path-depth'], bytes: defaultLimits['path-bytes'] };

/**
 * Holds a path of a tree against what a layer can say of it; `depth` is how many names it has. Throws `tree-too-deep`: what
 * lies deeper would be refused by whoever loads the layer, we among them.
 */
export function holdDepth(path: string, depth: number): void {
  const { levels, bytes } = limits;
  // A character has at most three bytes.
  if (depth <= levels && (path.length * 3 <= bytes || encodeName(path).length <= bytes)) return;
  throw problem('tree-too-deep', { path: `/${path.slice(0, 60)}…`, ...limits });
}

/** Labels of this system, which say nothing of an image. */
const labels = /^security\.(?:selinux|ima|evm)$/;

/** Attributes that say how a tree is stored, or belong to this system: no part of an image. */
const notOurs = (name: string): boolean =>
  !isTaken(name) || labels.test(name) || (name.startsWith('system.') && !isListName(name));

/** Whether a layer would say nothing of an attribute that an object has, though it is no label of this system. */
export function isUnsaid(where: Path, name: string): boolean {
  if (labels.test(name)) return false;
  // One without a value is none in a layer.
  return notOurs(name) || getAttribute(where, name)?.byteLength === 0;
}

/** Extended attributes of an object, or of an open file, that belong in a layer, by name in byte order. */
export function attributesOf(where: Path | number): readonly (readonly [string, Uint8Array])[] {
  const found: [string, Uint8Array][] = [];
  for (const name of listAttributes(where)) {
    if (notOurs(name)) continue;
    const value = getAttribute(where, name);
    if (value && value.byteLength > 0) found.push([name, value]);
  }
  return found;
}

/** What an object looks like from outside. */
export interface Looks {
  readonly info: BigIntStats;
  readonly attributes: readonly (readonly [name: string, value: Uint8Array])[];
}

/** What a directory looks like, all of it true of one and the same; null where there is none. */
export function looksOfDirectory(tree: HeldTree, path: string): Looks | null {
  try {
    const held = tree.directory(path);
    return { info: lstatSync(held, { bigint: true }), attributes: attributesOf(held) };
  } catch (thrown) {
    if (leadsNowhere(thrown)) return null;
    throw thrown;
  }
}

/** Whether an object has the same attributes in two trees, as far as they belong in a layer; so it is where one is gone. */
export function sameAttributes(one: HeldTree, other: HeldTree, path: string): boolean {
  try {
    const here = attributesOf(one.textAt(path));
    const there = attributesOf(other.textAt(path));
    return (
      here.length === there.length &&
      here.every(([name, value], i) => name === there[i]?.[0] && Buffer.compare(value, there[i][1]) === 0)
    );
  } catch (thrown) {
    if (leadsNowhere(thrown)) return true;
    throw thrown;
  }
}
