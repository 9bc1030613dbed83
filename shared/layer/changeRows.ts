import { addBytes } from '../image/bytes';
import type { Change } from './change';

/** A line of the list of changes: one change, or a directory that is new with everything in it. */
export interface ChangeRow {
  readonly change: Change;
  /** Paths that the tick of this row stands for: its own, and those that it folds. */
  readonly paths: readonly string[];
  /** Further changes folded into this row. */
  readonly folded: number;
  /** Regular files below, of a folded directory. */
  readonly files: number;
  /** Bytes that this row adds to a layer. */
  readonly size: number;
  readonly copiedUp: number;
  readonly hiddenBytes: number;
  /** How deep it stands below the folded directory that was opened, for its indent. */
  readonly depth: number;
  /** A new directory that can be opened, and whether it is. */
  readonly canOpen: boolean;
  readonly open: boolean;
}

/** How the list is shown. */
export interface ChangeView {
  /** Text that a path must hold; '' shows all. */
  readonly filter: string;
  /** New directories that are opened. */
  readonly open: ReadonlySet<string>;
  /** Directories that are listed only for what is in them. */
  readonly showParents: boolean;
}

const bytesOf = (change: Change): number => change.after?.size ?? 0;

/**
 * Changes as the list shows them. A directory that is wholly new takes one row until it is opened; parents that say
 * nothing of their own are left out unless they are asked for. `changes` come by path in order, a directory first.
 */
export function changeRows(changes: readonly Change[], view: ChangeView): readonly ChangeRow[] {
  const text = view.filter.trim().toLowerCase();
  const rows: ChangeRow[] = [];
  // Sorted by path, `a-b` stands between `a` and `a/c`: look what is below by name, not by neighbourhood.
  const below = new Map<string, Change[]>();
  const newDirectories = new Set(
    changes
      .filter(({ kind, after }) => kind === 'added' && after?.type === 'directory')
      .map(({ path }) => path),
  );
  const topOf = (path: string): string | null => {
    let top: string | null = null;
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      if (newDirectories.has(path.slice(0, at)) && !view.open.has(path.slice(0, at))) top = path.slice(0, at);
    return top;
  };
  const shown: Change[] = [];
  for (const change of changes) {
    if (change.onlyParent && !view.showParents) continue;
    const top = text === '' ? topOf(change.path) : null;
    if (top === null) shown.push(change);
    else {
      const list = below.get(top);
      if (list) list.push(change);
      else below.set(top, [change]);
    }
  }
  for (const change of shown) {
    if (text !== '' && !change.path.toLowerCase().includes(text)) continue;
    const folded = below.get(change.path) ?? [];
    const all = [change, ...folded];
    rows.push({
      change,
      paths: all.map(({ path }) => path),
      folded: folded.length,
      files: folded.filter(({ after }) => after?.type === 'file').length,
      size: all.reduce((sum, each) => addBytes(sum, bytesOf(each)), 0),
      copiedUp: change.copiedUp,
      hiddenBytes: change.hiddenBytes,
      depth: depthOf(change.path, newDirectories),
      canOpen: newDirectories.has(change.path) && text === '',
      open: view.open.has(change.path),
    });
  }
  return rows;
}

/** New directories above a path: those that were opened to see it. */
function depthOf(path: string, newDirectories: ReadonlySet<string>): number {
  let depth = 0;
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    if (newDirectories.has(path.slice(0, at))) depth++;
  return depth;
}

/**
 * The paths that stay after some were ticked or unticked. A new directory and what is in it go together: with something
 * in it ticked it has to be in the image, and without it nothing in it can be.
 */
export function tickPaths(
  changes: readonly Change[],
  unticked: ReadonlySet<string>,
  paths: readonly string[],
  on: boolean,
): ReadonlySet<string> {
  const next = new Set(unticked);
  const newDirectories = new Set(
    changes
      .filter(({ before, after }) => after?.type === 'directory' && before?.type !== 'directory')
      .map(({ path }) => path),
  );
  for (const path of paths) {
    if (on) {
      next.delete(path);
      for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
        if (newDirectories.has(path.slice(0, at))) next.delete(path.slice(0, at));
    } else {
      next.add(path);
      if (newDirectories.has(path))
        for (const change of changes) if (change.path.startsWith(`${path}/`)) next.add(change.path);
    }
  }
  return next;
}

/** What ticked changes come to. */
export interface ChangeTotals {
  /** Changes that count: parents without news of their own do not. */
  readonly changes: number;
  readonly ticked: number;
  /** Bytes of files that a commit of the ticked ones would put into the layer. */
  readonly bytes: number;
  readonly whiteouts: number;
  /** Changes that are not listed; where all that are listed are ticked, they are committed with them. */
  readonly unlisted: number;
  /** What a commit takes and what it leaves, those that are not listed included. */
  readonly going: number;
  readonly staying: number;
}

/** Sums up what a commit would take. `unticked` holds the paths that stay; `unlisted` counts further changes. */
export function changeTotals(
  changes: readonly Change[],
  unticked: ReadonlySet<string>,
  unlisted: number,
): ChangeTotals {
  let count = 0;
  let ticked = 0;
  let bytes = 0;
  let whiteouts = 0;
  for (const change of changes) {
    if (change.onlyParent) continue;
    count++;
    if (unticked.has(change.path)) continue;
    ticked++;
    bytes = addBytes(bytes, bytesOf(change));
    if (change.kind === 'removed') whiteouts++;
  }
  const all = ticked === count;
  return {
    changes: count,
    ticked,
    bytes,
    whiteouts,
    unlisted,
    going: all ? count + unlisted : ticked,
    staying: all ? 0 : count - ticked + unlisted,
  };
}

/** A file that was copied up whole for a change that is small beside it: worth a word before it is committed. */
export function costlyCopy(changes: readonly Change[], unticked: ReadonlySet<string>): Change | null {
  let found: Change | null = null;
  for (const change of changes) {
    if (change.copiedUp < 1_000_000 || unticked.has(change.path)) continue;
    const real = change.aspects.includes('content') ? change.changedBytes : 0;
    if (real === null || real * 20 > change.copiedUp) continue;
    if (change.copiedUp > (found?.copiedUp ?? 0)) found = change;
  }
  return found;
}
