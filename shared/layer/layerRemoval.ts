import type { LayerEntry } from './entry';
import { LayerShape, namesOfShape, pathOf, type ShapeObject } from './layerShape';
import type { PathRemoval } from './removePaths';
import { shapeEntry, toStackEntry } from './stackLayers';

/** What to do with each entry of a layer, by its count. */
export interface RemovalPlan {
  /** The path under which it is written, its real one (of a deletion that of the mark); null for what is left out. */
  readonly names: readonly (string | null)[];
  /** For hard links that stay, what they name. */
  readonly targets: ReadonlyMap<number, string>;
  /** Directories, by their count, to write before an entry: a file that is written where its link stood. */
  readonly before: ReadonlyMap<number, readonly number[]>;
  /** Entries that nobody sees and that go for their spelling alone. */
  readonly more: readonly number[];
  /** Entries that go, these included, with their real paths. */
  readonly gone: readonly { readonly entry: number; readonly path: string }[];
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/**
 * Plans a layer without some paths: what is left of it is written as the tree that it comes to, each name once and under its
 * real path. So no link of the layer leads to what goes, no earlier entry of a name comes to light, and what stays is where it
 * was, whatever links go. A file whose name goes while a hard link to it stays is written under the link's name.
 */
export class LayerRemoval {
  private readonly shape = new LayerShape<number>();
  /** Real path of each entry; null for one that is no part of the layer. */
  private readonly paths: (string | null)[] = [];
  private readonly marks: { readonly entry: number; readonly path: string; readonly name: string }[] = [];
  private readonly directories = new Map<string, number>();
  /** Hard links by real path, the last of each. */
  private readonly links = new Map<string, number>();
  private readonly gone: { entry: number; path: string }[] = [];

  private readonly more = new Set<number>();

  /**
   * @param hidden whether nobody sees an entry in the end, because of later layers: such a file goes also when it was only
   * spelled like what is to go, and stood elsewhere
   */
  constructor(
    private readonly removal: PathRemoval,
    private readonly hidden: (entry: number) => boolean = () => false,
  ) {}

  /** The next entry. Throws a `StackFault`. */
  add(entry: LayerEntry): void {
    const at = this.paths.length;
    const stacked = toStackEntry(entry, at);
    if (!stacked) {
      if (this.removal.has(entry.path)) this.gone.push({ entry: at, path: entry.path });
      this.paths.push(null);
      return;
    }
    const { parent, name } = shapeEntry(this.shape, stacked);
    const path = pathOf(parent, name);
    this.paths.push(path);
    const spelled = entry.kind === 'file' && path !== entry.path && this.removal.has(entry.path);
    if (this.removal.has(path)) this.gone.push({ entry: at, path });
    else if (spelled && this.hidden(at)) {
      this.more.add(at);
      this.gone.push({ entry: at, path });
    }
    if (entry.kind === 'whiteout')
      this.marks.push({ entry: at, path, name: within(parentOf(path), `.wh.${name}`) });
    else if (entry.kind === 'opaque')
      this.marks.push({ entry: at, path, name: within(path, '.wh..wh..opq') });
    else if (entry.kind === 'directory') this.directories.set(path, at);
    else if (entry.kind === 'hardlink') this.links.set(path, at);
    else this.links.delete(path);
  }

  /** To be called once, after the last entry. */
  plan(): RemovalPlan {
    const { shape, paths, removal } = this;
    shape.finish();
    const names: (string | null)[] = paths.map(() => null);
    const targets = new Map<number, string>();
    const before = new Map<number, readonly number[]>();
    const out = (path: string): boolean => removal.has(path);
    if (shape.root.data !== null) names[shape.root.data] = '';
    const objects = new Map<ShapeObject<number>, string[]>();
    const alive = new Set<string>(['']);
    for (const { path, node } of namesOfShape(shape)) {
      if (node.kind === 'directory') {
        alive.add(path);
        if (node.data !== null && !out(path)) names[node.data] = path;
      } else if (node.kind === 'object' && !out(path) && !this.more.has(node.data)) {
        const known = objects.get(node);
        if (known) known.push(path);
        else objects.set(node, [path]);
      }
    }
    for (const [{ data: body }, all] of objects) this.write(body, all, { names, targets, before });
    // The last of a name is as good as all of them.
    const marks = new Map(this.marks.map((mark) => [mark.name, mark]));
    for (const { entry, path, name } of marks.values())
      if (!out(path) && alive.has(parentOf(name))) names[entry] = name;
    return { names, targets, before, gone: this.gone, more: [...this.more] };
  }

  /** Gives an object its name, and the links to it theirs. */
  private write(
    body: number,
    all: readonly string[],
    {
      names,
      targets,
      before,
    }: {
      readonly names: (string | null)[];
      readonly targets: Map<number, string>;
      readonly before: Map<number, readonly number[]>;
    },
  ): void {
    const own = this.paths[body] ?? '';
    const linkAt = (path: string): number => this.links.get(path) ?? -1;
    const keeps = all.includes(own) && !this.links.has(own);
    const sorted = [...all].sort((a, b) => linkAt(a) - linkAt(b));
    const main = keeps ? own : (sorted[0] ?? '');
    names[body] = main;
    if (!keeps) {
      const late = this.above(main).filter((directory) => directory > body);
      if (late.length > 0) before.set(body, late);
    }
    for (const path of all) {
      const link = linkAt(path);
      if (path === main || link < 0) continue;
      names[link] = path;
      targets.set(link, main);
    }
  }

  /** Listed directories that stay above a path, the highest first. */
  private above(path: string): number[] {
    const found: number[] = [];
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const directory = this.directories.get(path.slice(0, slash));
      if (directory !== undefined) found.push(directory);
    }
    return found;
  }
}

const within = (directory: string, name: string): string =>
  directory === '' ? name : `${directory}/${name}`;
