import type { LayerEntry } from './entry';
import { LayerShape, namesOfShape, pathOf, type ShapeDirectory, type ShapeObject } from './layerShape';
import type { PathRemoval, RemovalStep } from './removePaths';
import { shapeEntry, toStackEntry } from './stackLayers';
import { impliedName, opaquePath, whiteoutPath } from './whiteout';

/** What to do with each entry of a layer, by its count. */
export interface RemovalPlan {
  /** The path under which it is written, its real one (of a deletion that of the mark); null for what is left out. */
  readonly names: readonly (string | null)[];
  /** For hard links that stay, what they name. */
  readonly targets: ReadonlyMap<number, string>;
  /** Directories, by their count, to write before an entry: a file that is written where its link stood. */
  readonly before: ReadonlyMap<number, readonly number[]>;
  /** Directories that were implied, stay, and of which nothing that is written says any more: the deepest ones. */
  readonly bare: readonly string[];
  /** Entries that nobody sees and that go for their spelling alone. */
  readonly more: readonly number[];
  /** Entries that go, these included, with their real paths. */
  readonly gone: readonly { readonly entry: number; readonly path: string }[];
}

type Directory = ShapeDirectory<number>;

/** A name that stays, of an object. */
interface Kept {
  readonly path: string;
  readonly parent: Directory;
}

/**
 * Plans a layer without some paths: what is left of it is written as the tree that it comes to, each name once and under its
 * real path. So no link of the layer leads to what goes, no earlier entry of a name comes to light, and what stays is where it
 * was, whatever links go. A file whose name goes while a hard link to it stays is written under the link's name.
 */
export class LayerRemoval {
  private readonly shape = new LayerShape<number>();
  /** Real path of each entry; null for one that is no part of the layer. */
  private readonly paths: (string | null)[] = [];
  /** Deletions that stay: the directory they are in, or hide the contents of, and the path of the mark. */
  private readonly marks: { readonly entry: number; readonly home: Directory; readonly path: string }[] = [];
  private readonly steps = new WeakMap<Directory, RemovalStep>();
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
    const stood = stacked && shapeEntry(this.shape, stacked);
    if (!stood) {
      if (this.removal.has(entry.path)) this.gone.push({ entry: at, path: entry.path });
      this.paths.push(null);
      return;
    }
    const { parent, name } = stood;
    const path = pathOf(parent, name);
    this.paths.push(path);
    const spelled = entry.kind === 'file' && path !== entry.path && this.removal.has(entry.path);
    // The mark of an implied directory is no name that a pattern is about.
    const kept = entry.kind === 'whiteout' && name === impliedName;
    const out = kept ? parent !== null && this.stepTo(parent).gone : this.takes(parent, name);
    if (out) this.gone.push({ entry: at, path });
    else if (spelled && this.hidden(at)) {
      this.more.add(at);
      this.gone.push({ entry: at, path });
    }
    if (entry.kind === 'whiteout') {
      if (!out && parent) this.marks.push({ entry: at, home: parent, path: whiteoutPath(path) });
    } else if (entry.kind === 'opaque') {
      const home = parent ? parent.children.get(name) : this.shape.root;
      if (!out && home?.kind === 'directory') this.marks.push({ entry: at, home, path: opaquePath(path) });
    } else if (entry.kind === 'hardlink') this.links.set(path, at);
    else if (entry.kind !== 'directory') this.links.delete(path);
  }

  /** How far the patterns fit on the way to a directory; each is asked for once. */
  private stepTo(directory: Directory): RemovalStep {
    const asked: Directory[] = [];
    let at: Directory | null = directory;
    let found: RemovalStep | undefined;
    while (at !== null && (found = this.steps.get(at)) === undefined) {
      asked.push(at);
      at = at.parent;
    }
    let step = found ?? this.removal.root;
    for (let next = asked.pop(); next; next = asked.pop()) {
      if (next.name !== '') step = this.removal.step(step, next.name);
      this.steps.set(next, step);
    }
    return step;
  }

  /** Whether a name goes; the root never does. */
  private takes(parent: Directory | null, name: string): boolean {
    return name !== '' && this.removal.step(this.stepTo(parent ?? this.shape.root), name).gone;
  }

  /** To be called once, after the last entry. */
  plan(): RemovalPlan {
    const { shape, paths } = this;
    shape.finish();
    const names: (string | null)[] = paths.map(() => null);
    const targets = new Map<number, string>();
    const before = new Map<number, readonly number[]>();
    if (shape.root.data !== null) names[shape.root.data] = '';
    const objects = new Map<ShapeObject<number>, Kept[]>();
    const alive = new Set<Directory>([shape.root]);
    const staying: { readonly directory: Directory; readonly path: string }[] = [];
    const said = new Set<Directory>();
    const say = (from: Directory): void => {
      for (let at: Directory | null = from; at !== null && !said.has(at); at = at.parent) said.add(at);
    };
    for (const { path, parent, name, node } of namesOfShape(shape)) {
      if (node.kind === 'directory') alive.add(node);
      if (this.takes(parent, name)) continue;
      if (node.kind === 'directory') {
        staying.push({ directory: node, path });
        if (node.data !== null) {
          names[node.data] = path;
          say(node);
        }
      } else if (node.kind === 'object' && !this.more.has(node.data)) {
        const known = objects.get(node);
        if (known) known.push({ path, parent });
        else objects.set(node, [{ path, parent }]);
        say(parent);
      }
    }
    for (const [{ data: body }, all] of objects) this.write(body, all, { names, targets, before });
    // The last of a name is as good as all of them.
    for (const { entry, path } of new Map(
      this.marks.flatMap((mark) => (alive.has(mark.home) ? [[mark.path, mark] as const] : [])),
    ).values())
      names[entry] = path;
    for (const { home } of this.marks) if (alive.has(home)) say(home);
    // Those that are in others come behind them.
    const bare = staying.reverse().flatMap(({ directory, path }) => {
      if (said.has(directory)) return [];
      say(directory);
      return [path];
    });
    return { names, targets, before, bare, gone: this.gone, more: [...this.more] };
  }

  /** Gives an object its name, and the links to it theirs. */
  private write(
    body: number,
    all: readonly Kept[],
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
    const linkAt = ({ path }: Kept): number => this.links.get(path) ?? -1;
    const own = all.find(({ path }) => path === this.paths[body]);
    const keeps = own !== undefined && !this.links.has(own.path);
    const main = keeps ? own : [...all].sort((a, b) => linkAt(a) - linkAt(b))[0];
    if (!main) return;
    names[body] = main.path;
    if (!keeps) {
      const late = directoriesAbove(main).filter((directory) => directory > body);
      if (late.length > 0) before.set(body, late);
    }
    for (const each of all) {
      const link = linkAt(each);
      if (each === main || link < 0) continue;
      names[link] = each.path;
      targets.set(link, main.path);
    }
  }
}

/** Listed directories above a name, the highest first. */
function directoriesAbove({ parent }: Kept): number[] {
  const found: number[] = [];
  for (let at: Directory | null = parent; at?.parent; at = at.parent)
    if (at.data !== null) found.push(at.data);
  return found.reverse();
}
