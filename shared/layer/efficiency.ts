import { addBytes } from '../image/bytes';
import type { FileAspect, TreeObject } from './compareTrees';
import { aspectsOf } from './compareTrees';
import { LayerStack, type GoneBy, type StackEntry, type StackLayer, type StackWatch } from './stackLayers';

/**
 * Why the contents of a file are stored and never seen:
 * `same` a later copy is equal in content, mode, owner and time (extended attributes are not compared); `metadata` a later
 * copy has the same content, only mode, owner or time differ; `content` a later copy has other content; `unread` a later
 * copy of the same size whose content was not compared (sparse files are not); `type` something of another kind stands in
 * its place; `deleted` a later layer deletes it; `directory` a later layer deletes, empties or replaces a directory above it;
 * `repeated` its own layer lists the path again.
 */
export type WasteCause =
  'same' | 'metadata' | 'content' | 'unread' | 'type' | 'deleted' | 'directory' | 'repeated';

/** What of a layer's contents is how; bytes of regular files, unpacked, hard links once. */
export interface LayerEfficiency {
  /** All contents that the layer stores: `added` and `changed`. */
  readonly size: number;
  /** Of it, files at paths where nothing was, or something else than a file. */
  readonly added: number;
  /** Of it, files that cover one of a layer below. */
  readonly changed: number;
  /** Contents of lower layers that this layer covers, and those that it deletes. */
  readonly covered: number;
  readonly removed: number;
  /** Of `size`, what no one sees in the end; the rest is visible. */
  readonly hidden: number;
}

/** A sum of waste of one kind. */
export interface WastePart {
  /** The layer that stores it, and the one that hides it: numbers from the base, 0 up. */
  readonly layer: number;
  readonly by: number;
  readonly cause: WasteCause;
  /** For `metadata`: what differs, sorted. */
  readonly aspects: readonly FileAspect[];
  readonly bytes: number;
  readonly files: number;
}

/** A path at which bytes are wasted: a file, or a directory that was deleted with all in it. */
export interface WastedPath {
  readonly path: string;
  readonly directory: boolean;
  readonly bytes: number;
  readonly parts: readonly WastePart[];
}

/** What layers store and what of it is seen. `visibleBytes` and `wastedBytes` are `totalBytes`. */
export interface Efficiency {
  readonly totalBytes: number;
  readonly visibleBytes: number;
  readonly wastedBytes: number;
  readonly layers: readonly LayerEfficiency[];
  /** Sums by cause, most first; causes that do not occur are left out. */
  readonly causes: readonly {
    readonly cause: WasteCause;
    readonly bytes: number;
    readonly files: number;
  }[];
  /** Most wasted bytes first; at most as many as asked for. */
  readonly waste: readonly WastedPath[];
  /** Paths beyond that. */
  readonly omitted: number;
  /** Layers that have to be read before every copy is compared with what it covers. */
  readonly unread: readonly number[];
}

interface Body {
  names: number;
  /** Whether it covers a file of a lower layer. */
  readonly changes: boolean;
}

interface Gone {
  readonly data: TreeObject;
  readonly path: string;
  readonly cause: GoneBy;
}

/** Follows the names of contents while layers are stacked. */
class Watch implements StackWatch<TreeObject> {
  readonly bodies = new Map<TreeObject, Body>();
  /** Contents that lost their last name to the layer in hand. */
  readonly lost: Gone[] = [];
  /** The layer in hand. */
  layer = 0;
  /** Paths at which the layer in hand took a file of a lower layer away. */
  readonly before = new Set<string>();

  constructor(private readonly at: (path: string) => TreeObject | null) {}

  named(data: TreeObject, path: string): void {
    const body = this.bodies.get(data);
    if (body) {
      body.names++;
      return;
    }
    const old = this.at(path);
    const changes =
      old?.type !== 'file'
        ? this.before.has(path)
        : old.layer !== this.layer || this.bodies.get(old)?.changes === true;
    this.bodies.set(data, { names: 1, changes });
  }

  gone(data: TreeObject, path: string, cause: GoneBy): void {
    if (data.type === 'file' && data.layer !== this.layer) this.before.add(path);
    const body = this.bodies.get(data);
    if (body && --body.names === 0) this.lost.push({ data, path, cause });
  }
}

const empty = (): { -readonly [K in keyof LayerEfficiency]: number } => ({
  size: 0,
  added: 0,
  changed: 0,
  covered: 0,
  removed: 0,
  hidden: 0,
});

/**
 * Works out what layers (from the base up, as `treeObjects` gives them) store, what of it the merged tree shows, and why the
 * rest does not. Costs as much as there are entries. `limit` bounds the list of paths, never a sum. Throws a `StackFault` for
 * a hard link to nothing.
 */
export function efficiencyOf(layers: Iterable<Iterable<StackEntry<TreeObject>>>, limit: number): Efficiency {
  const count = countEfficiency();
  for (const entries of layers) {
    const layer = count.begin();
    for (const entry of entries) layer.put(entry);
    layer.end();
  }
  return count.result(limit);
}

/** The same, entry by entry: {@link efficiencyOf}. */
export interface EfficiencyCount {
  begin(): StackLayer<TreeObject>;
  result(limit: number): Efficiency;
}

/** Begins a count without layers. */
export function countEfficiency(): EfficiencyCount {
  const sums: ReturnType<typeof empty>[] = [];
  const paths = new Map<string, Map<string, WastePart & { bytes: number; files: number }>>();
  const causes = new Map<WasteCause, { bytes: number; files: number }>();
  const unread = new Set<number>();
  const watch: Watch = new Watch((path) => stack.at(path));
  const stack = new LayerStack<TreeObject>(watch);

  const addWaste = (gone: Gone, layer: number): void => {
    const { data } = gone;
    if (data.size === 0) return;
    // Whatever took it away, what is there when the layer is complete has come in its place.
    const by = stack.at(gone.path);
    const cause = causeOf(gone, by, layer);
    const aspects = cause === 'metadata' && by ? [...aspectsOf(data, by)].sort() : [];
    if (cause === 'unread' && by) {
      for (const each of [data, by]) if (each.contents === null) unread.add(each.layer);
    }
    const own = sums[data.layer];
    const hider = sums[layer];
    if (own) own.hidden = addBytes(own.hidden, data.size);
    if (hider) {
      const what = cause === 'deleted' || cause === 'directory' ? 'removed' : 'covered';
      hider[what] = addBytes(hider[what], data.size);
    }
    const sum = causes.get(cause) ?? { bytes: 0, files: 0 };
    causes.set(cause, { bytes: addBytes(sum.bytes, data.size), files: sum.files + 1 });
    const place = cause === 'directory' ? `${gone.cause.at}/` : gone.path;
    let parts = paths.get(place);
    if (!parts) paths.set(place, (parts = new Map<string, WastePart & { bytes: number; files: number }>()));
    const key = `${data.layer} ${layer} ${cause} ${aspects.join()}`;
    const part = parts.get(key);
    if (part) {
      part.bytes = addBytes(part.bytes, data.size);
      part.files++;
    } else parts.set(key, { layer: data.layer, by: layer, cause, aspects, bytes: data.size, files: 1 });
  };

  const begin = (): StackLayer<TreeObject> => {
    const number = sums.length;
    watch.layer = number;
    watch.before.clear();
    const sum = empty();
    sums.push(sum);
    const bodies: TreeObject[] = [];
    const layer = stack.begin();
    return {
      put: (entry) => {
        if (
          (entry.kind === 'node' || entry.kind === 'aside') &&
          entry.data.type === 'file' &&
          entry.data.size > 0
        )
          bodies.push(entry.data);
        layer.put(entry);
      },
      end: () => {
        layer.end();
        for (const data of bodies) {
          sum.size = addBytes(sum.size, data.size);
          const what = watch.bodies.get(data)?.changes === true ? 'changed' : 'added';
          sum[what] = addBytes(sum[what], data.size);
        }
        for (const gone of watch.lost) addWaste(gone, number);
        watch.lost.length = 0;
      },
    };
  };

  const result = (limit: number): Efficiency => {
    const totalBytes = sums.reduce((all, { size }) => addBytes(all, size), 0);
    const wastedBytes = sums.reduce((all, { hidden }) => addBytes(all, hidden), 0);
    const waste = [...paths].map(([place, found]): WastedPath => {
      const directory = place.endsWith('/');
      const parts = [...found.values()].sort((a, b) => a.layer - b.layer || a.by - b.by);
      const bytes = parts.reduce((all, part) => addBytes(all, part.bytes), 0);
      return { path: directory ? place.slice(0, -1) : place, directory, bytes, parts };
    });
    waste.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
    return {
      totalBytes,
      visibleBytes: totalBytes - wastedBytes,
      wastedBytes,
      layers: sums,
      causes: [...causes]
        .map(([cause, sum]) => ({ cause, ...sum }))
        .sort((a, b) => b.bytes - a.bytes || (a.cause < b.cause ? -1 : 1)),
      waste: waste.slice(0, limit),
      omitted: Math.max(0, waste.length - limit),
      unread: [...unread].sort((a, b) => a - b),
    };
  };
  return { begin, result };
}

/** Why contents went; `by` is what stands at their place when `layer`, which took them away, is complete. */
function causeOf({ data, path, cause }: Gone, by: TreeObject | null, layer: number): WasteCause {
  if (data.layer === layer) return 'repeated';
  if (by?.type === 'file') {
    const aspects = aspectsOf(data, by);
    if (aspects.includes('content')) return 'content';
    if (aspects.includes('unread')) return 'unread';
    return aspects.length === 0 ? 'same' : 'metadata';
  }
  if (by) return 'type';
  if (cause.at !== path) return 'directory';
  return cause.how === 'whiteout' ? 'deleted' : 'type';
}

/** The share of stored bytes that is visible, 0 to 1; 1 where nothing is stored. */
export function efficiencyScore({
  totalBytes,
  visibleBytes,
}: Pick<Efficiency, 'totalBytes' | 'visibleBytes'>): number {
  return totalBytes === 0 ? 1 : visibleBytes / totalBytes;
}
