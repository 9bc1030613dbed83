import type { LayerEntry } from './entry';
import { impliedFacts, LayerShape, namesOfShape, pathOf } from './layerShape';
import { shapeEntry, toStackEntry } from './stackLayers';

/** A name of one layer, as unpacking would leave it. */
export interface LayerName {
  /** Its real path: no link is on the way. */
  readonly path: string;
  /** What is there, under its real path; of a hard link the target's real path, too. */
  readonly entry: LayerEntry;
  /** A directory that the layer names only on the way to others. */
  readonly implied: boolean;
  /** Of a hard link the entry that has its contents, else the same as `entry`. */
  readonly body: LayerEntry;
}

/**
 * The names of one layer by `LayerShape`, deletions included, a directory before what is in it, the root first where it is
 * listed; a directory that hides what is below comes twice, the second time as `opaque`. Throws a `StackFault`.
 */
export class LayerNames {
  private readonly shape = new LayerShape<LayerEntry>();
  private readonly links = new Map<string, LayerEntry & { readonly kind: 'hardlink' }>();
  private readonly marks = new Map<string, LayerEntry>();

  /** The next entry of the layer. */
  add(entry: LayerEntry): void {
    const stacked = toStackEntry(entry, entry);
    const stood = stacked && shapeEntry(this.shape, stacked);
    if (!stood) return;
    const { parent, name, from } = stood;
    const path = pathOf(parent, name);
    if (entry.kind === 'hardlink' && from) {
      // By what it names when it comes: the name may lead elsewhere later.
      const target = pathOf(from.parent, from.name);
      if (path !== target) this.links.set(path, { ...entry, path, target });
    } else if (entry.kind === 'whiteout' || entry.kind === 'opaque')
      this.marks.set(`${entry.kind} ${path}`, { ...entry, path });
    else this.links.delete(path);
  }

  /** To be called once, after the last entry. */
  *names(): Generator<LayerName> {
    const { shape } = this;
    shape.finish();
    const { data, opaque } = shape.root;
    const plain = (entry: LayerEntry): LayerName => ({
      path: entry.path,
      entry,
      implied: false,
      body: entry,
    });
    if (data !== null) yield plain(data);
    if (opaque) yield plain(this.opaque(''));
    for (const { path, node } of namesOfShape(shape)) {
      if (node.kind === 'whiteout') {
        const entry = this.marks.get(`whiteout ${path}`);
        if (entry) yield plain(entry);
      } else if (node.kind === 'object') {
        const body = { ...node.data, path };
        yield { path, entry: this.links.get(path) ?? body, implied: false, body };
      } else {
        const entry: LayerEntry = { ...(node.data ?? { ...impliedFacts, kind: 'directory' }), path };
        yield { path, entry, implied: node.data === null, body: entry };
        if (node.opaque) yield plain(this.opaque(path));
      }
    }
  }

  private opaque(path: string): LayerEntry {
    return { ...(this.marks.get(`opaque ${path}`) ?? impliedFacts), kind: 'opaque', path };
  }
}

/** The same of entries that are all there. */
export function layerNames(entries: Iterable<LayerEntry>): Generator<LayerName> {
  const names = new LayerNames();
  for (const entry of entries) names.add(entry);
  return names.names();
}
