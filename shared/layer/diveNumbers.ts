import { addBytes } from '../image/bytes';
import type { LayerEntry } from './entry';

/**
 * The numbers that dive (wagoodman/dive 0.13) gives for an image, for people who compare with it or have rules made for it.
 * They are not ours ({@link import('./efficiency').Efficiency}): dive counts by path alone, a deleted file for nothing and a
 * deleted directory with all that was in it, does not know an emptied (opaque) directory, counts the base as nobody's, and
 * ends a layer's count at the first whiteout of something that is not there.
 */
export interface DiveNumbers {
  /** The least bytes that each path was seen with of all bytes that it was seen with, 0 to 1. */
  readonly efficiency: number;
  /** Bytes of all members of all layers; of all but the first. */
  readonly sizeBytes: number;
  readonly userSizeBytes: number;
  /** Bytes of all copies of paths that are there more than once, the first copies, too. */
  readonly wastedBytes: number;
  /** `wastedBytes` of `userSizeBytes`: 0 where both are 0, Infinity where only the latter is. */
  readonly userWastedPercent: number;
  /** What `wastedBytes` sums up, most bytes first, by path where they are equal. */
  readonly inefficiencies: readonly DiveInefficiency[];
}

/** A path that more than one layer names, as dive's own JSON writes it. */
export interface DiveInefficiency {
  /** How often it was seen, deletions counted. */
  readonly count: number;
  readonly sizeBytes: number;
  /** With a leading slash. */
  readonly file: string;
}

/** A name in one of dive's trees. What only a deeper path implies is no directory to dive. */
interface Node {
  readonly name: string;
  readonly children: Map<string, Node>;
  bytes: number;
  directory: boolean;
}

/** What dive takes for a deletion: by its name, so that a directory of such a name is one, too. */
const whiteout = '.wh.';
/** Names that dive never keeps. */
const meta = '.wh..wh..';

const node = (name: string): Node => ({
  name,
  children: new Map<string, Node>(),
  bytes: 0,
  directory: false,
});

/** The name as paths have it: without the mark of a deletion. */
const bare = (name: string): string => (name.startsWith(whiteout) ? name.slice(whiteout.length) : name);

/** The path's last node, made where it is not there; `null` where dive keeps none of that name. */
function reach(root: Node, names: readonly string[]): Node | null {
  let at = root;
  for (const name of names) {
    let next = at.children.get(name);
    if (!next) {
      if (name.startsWith(meta)) return null;
      at.children.set(name, (next = node(name)));
    }
    at = next;
  }
  return at;
}

function find(root: Node, names: readonly string[]): Node | null {
  let at: Node | undefined = root;
  for (const name of names) at = at?.children.get(name);
  return at ?? null;
}

/** Children, the last name first: they are taken from the end. */
const sorted = ({ children }: Node): Node[] =>
  [...children.values()].sort((a, b) => (a.name < b.name ? 1 : -1));

/**
 * Every node under `top`, children before their parent and in the order of their names; ends early where `visit` gives false,
 * which is what it then gives, too. Without recursion: a path may be as deep as a tar has room for.
 */
function eachChildFirst(top: Node, visit: (node: Node, names: readonly string[]) => boolean): boolean {
  const names: string[] = [];
  const open: { readonly of: Node; readonly left: Node[] }[] = [{ of: top, left: sorted(top) }];
  for (let last = open.at(-1); last; last = open.at(-1)) {
    const next = last.left.pop();
    if (next) {
      names.push(next.name);
      open.push({ of: next, left: sorted(next) });
      continue;
    }
    open.pop();
    if (last.of === top) continue;
    if (!visit(last.of, names)) return false;
    names.pop();
  }
  return true;
}

/** Bytes of a node and of all below it. */
function bytesBelow(top: Node): number {
  let sum = top.bytes;
  eachChildFirst(top, ({ bytes }) => {
    sum = addBytes(sum, bytes);
    return true;
  });
  return sum;
}

/** A node of a layer that is walked, with the one at its path in the tree below: not asked for yet, or none. */
interface Step {
  readonly of: Node;
  readonly left: Node[];
  under: Node | null | undefined;
}

/** Makes the nodes that lead to `steps`' last one where they are not there, each looked up once. */
function underOf(steps: readonly Step[]): Node | null {
  let from = steps.length - 1;
  while (from > 0 && steps[from]?.under === undefined) from--;
  let at = steps[from]?.under ?? null;
  for (const step of steps.slice(from + 1)) step.under = at = at && reach(at, [step.of.name]);
  return at;
}

/** Puts a layer's tree on those below as dive does: a file in the place of a directory keeps what was in it. */
function stackOn(under: Node, layer: Node): void {
  const steps: Step[] = [{ of: layer, left: sorted(layer), under }];
  for (let step = steps.at(-1); step; step = steps.at(-1)) {
    const next = step.left.pop();
    if (next) {
      steps.push({ of: next, left: sorted(next), under: undefined });
      continue;
    }
    const { name, bytes, directory } = step.of;
    if (step.of !== layer && name.startsWith(whiteout)) {
      steps.pop();
      underOf(steps)?.children.delete(bare(name));
      continue;
    }
    const at = step.of === layer ? null : underOf(steps);
    if (at) Object.assign(at, { bytes, directory });
    steps.pop();
  }
}

function copyOf(from: Node): Node {
  const root = node(from.name);
  const left: [Node, Node][] = [[from, root]];
  for (let pair = left.pop(); pair; pair = left.pop())
    for (const child of pair[0].children.values()) {
      const copy = { ...child, children: new Map<string, Node>() };
      pair[1].children.set(child.name, copy);
      left.push([child, copy]);
    }
  return root;
}

/** Counts as dive does, layer by layer from the base up. */
export interface DiveCount {
  /** Begins a layer; its members are put in their order, then `end` is called once. */
  begin(): { put(entry: LayerEntry): void; end(): void };
  result(): DiveNumbers;
}

/** Begins a count without layers: {@link DiveNumbers}. */
export function countAsDive(): DiveCount {
  const paths = new Map<string, { count: number; bytes: number; least: number }>();
  const sizes: number[] = [];
  /** All layers below the one in hand; of the first layer it is that layer itself. */
  let below: Node | null = null;

  const count = (layer: Node, under: Node): void => {
    eachChildFirst(layer, ({ name, children, bytes: own }, names) => {
      if (children.size > 0) return true;
      let bytes = own;
      const parents = names.slice(0, -1);
      if (name.startsWith(whiteout)) {
        const gone = find(under, [...parents, ...(bare(name) === '' ? [] : [bare(name)])]);
        // dive stops here with an error that it only logs, and leaves the rest of the layer out.
        if (!gone) return false;
        bytes = gone.directory ? bytesBelow(gone) : 0;
      }
      const path = `/${[...parents, bare(name)].join('/')}`;
      const seen = paths.get(path);
      if (!seen) paths.set(path, { count: 1, bytes, least: bytes });
      else {
        seen.count++;
        seen.bytes = addBytes(seen.bytes, bytes);
        seen.least = Math.min(seen.least, bytes);
      }
      return true;
    });
  };

  const begin = (): ReturnType<DiveCount['begin']> => {
    const root = node('');
    let size = 0;
    return {
      put: (entry) => {
        const bytes = entry.kind === 'file' ? entry.size : 0;
        size = addBytes(size, bytes);
        const names = entry.path === '' ? [] : entry.path.split('/');
        // dive keeps no mark of an emptied directory, but the directories that lead to it.
        if (entry.kind === 'opaque') reach(root, names);
        else if (names.length > 0) {
          const last = names.at(-1) ?? '';
          const at = reach(root, [
            ...names.slice(0, -1),
            entry.kind === 'whiteout' ? `${whiteout}${last}` : last,
          ]);
          if (at) Object.assign(at, { bytes, directory: entry.kind === 'directory' });
        }
      },
      end: () => {
        sizes.push(size);
        const under = below ?? copyOf(root);
        count(root, under);
        stackOn(under, root);
        below = under;
      },
    };
  };

  const result = (): DiveNumbers => {
    let least = 0;
    let all = 0;
    const inefficiencies: DiveInefficiency[] = [];
    for (const [file, seen] of paths) {
      least = addBytes(least, seen.least);
      all = addBytes(all, seen.bytes);
      if (seen.count > 1) inefficiencies.push({ count: seen.count, sizeBytes: seen.bytes, file });
    }
    inefficiencies.sort((a, b) => b.sizeBytes - a.sizeBytes || (a.file < b.file ? -1 : 1));
    const sum = (bytes: readonly number[]): number => bytes.reduce(addBytes, 0);
    const wastedBytes = sum(inefficiencies.map(({ sizeBytes }) => sizeBytes));
    const userSizeBytes = sum(sizes.slice(1));
    return {
      efficiency: all === 0 ? 1 : least / all,
      sizeBytes: sum(sizes),
      userSizeBytes,
      wastedBytes,
      userWastedPercent: wastedBytes === 0 ? 0 : wastedBytes / userSizeBytes,
      inefficiencies,
    };
  };
  return { begin, result };
}
