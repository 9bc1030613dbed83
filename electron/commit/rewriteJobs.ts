import { addBytes } from '../../shared/image/bytes';
import type { LayerEntry } from '../../shared/layer/entry';
import { LayerRemoval, type RemovalPlan } from '../../shared/layer/layerRemoval';
import { entryTree, removalFault } from '../../shared/layer/proveRemoval';
import { patternReadings, type PatternReading } from '../../shared/layer/patternReadings';
import { pathRemoval, patternPath, plainPath, type PathRemoval } from '../../shared/layer/removePaths';
import {
  EntryCount,
  LayerStack,
  stackProblem,
  toStackEntry,
  type StackEntry,
  type Stacked,
} from '../../shared/layer/stackLayers';
import { readLayerEntries } from '../index/layerIndex';
import type { JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, LayerRewrite } from '../worker/jobs';

/** An entry of a layer with its data for a stack. */
interface Known {
  readonly entry: LayerEntry;
}
type Entries = readonly Known[];

async function entriesOf(indexPath: string, held: EntryCount, tools: JobTools): Promise<Entries> {
  const entries: Known[] = [];
  for await (const entry of readLayerEntries(indexPath)) {
    tools.tick(0);
    held.add(entry.path);
    entries.push({ entry });
  }
  return entries;
}

function* stackEntries(entries: Entries, tools: JobTools): Generator<StackEntry<Known>> {
  for (const known of entries) {
    tools.tick(0);
    const stacked = toStackEntry(known.entry, known);
    if (stacked) yield stacked;
  }
}

/** What layers come to. Throws a `StackFault`. */
function stackOf(layers: readonly Entries[], tools: JobTools): LayerStack<Known> {
  const stack = new LayerStack<Known>();
  for (const entries of layers) stack.add(stackEntries(entries, tools));
  return stack;
}

const linkTarget = ({ entry }: Known): string | null => (entry.kind === 'symlink' ? entry.target : null);

/** Where plain paths lead to when links of the tree are on the way. */
function aliasesOf(patterns: readonly string[], stack: LayerStack<Known>): Readonly<Record<string, string>> {
  // Names are a person's: `__proto__` is one as any other.
  const aliases = Object.create(null) as Record<string, string>;
  for (const pattern of patterns) {
    const path = plainPath(patternPath(pattern) ?? '');
    const slash = path?.lastIndexOf('/') ?? -1;
    if (path === null || slash < 0) continue;
    const parent = stack.realPath(path.slice(0, slash), linkTarget);
    if (parent === null) continue;
    const real = `${parent === '' ? '' : `${parent}/`}${path.slice(slash + 1)}`;
    if (real !== path) aliases[pattern] = real;
  }
  return aliases;
}

/** What goes of a layer, of which `isHidden` are seen by nobody. Throws a `StackFault`. */
function removed(
  entries: Entries,
  removal: PathRemoval,
  { isHidden, tools }: { readonly isHidden: (known: Known) => boolean; readonly tools: JobTools },
): RemovalPlan {
  const layer = new LayerRemoval(removal, (at) => {
    const known = entries[at];
    return known !== undefined && isHidden(known);
  });
  for (const { entry } of entries) {
    tools.tick(0);
    layer.add(entry);
  }
  return layer.plan();
}

function removalOf(patterns: readonly string[], aliases: Readonly<Record<string, string>>): PathRemoval {
  const removal = pathRemoval(patterns, aliases);
  if (!removal) throw new Error('patterns are checked before a layer is read');
  return removal;
}

/** What each word means: the first of its readings of which a layer has something, else the last one. */
function meantBy(
  words: readonly string[],
  takesNone: (patterns: readonly string[]) => readonly string[],
): readonly PatternReading[] {
  const all = words.map((word) => patternReadings(word).filter(({ pattern }) => pathRemoval([pattern])));
  const doubtful = all.filter(({ length }) => length > 1).flat();
  const unused = new Set(doubtful.length === 0 ? [] : takesNone(doubtful.map(({ pattern }) => pattern)));
  return all.flatMap((readings) => {
    const meant = readings.find(({ pattern }) => !unused.has(pattern)) ?? readings.at(-1);
    return meant ? [meant] : [];
  });
}

/** The job `plan-rewrite`. */
export async function planRewrite(
  { layers: indexes, words, limit, label }: JobInput<'plan-rewrite'>,
  tools: JobTools,
): Promise<JobOutput<'plan-rewrite'>> {
  const layers: Entries[] = [];
  const held = new EntryCount();
  try {
    for (const index of indexes) layers.push(await entriesOf(index, held, tools));
    const stack = stackOf(layers, tools);
    const visible = { isHidden: (): boolean => false, tools };
    const meant = meantBy(words, (readings) => {
      const look = removalOf(readings, aliasesOf(readings, stack));
      for (const entries of layers) removed(entries, look, visible);
      return look.unused();
    });
    const patterns = meant.map(({ pattern }) => pattern);
    const aliases = aliasesOf(patterns, stack);
    const removal = removalOf(patterns, aliases);
    const { nodes }: Stacked<Known> = stack.result();
    const found = layers.map((entries): LayerRewrite => {
      const { gone, more } = removed(entries, removal, { isHidden: (known) => !nodes.has(known), tools });
      const bytes = gone.reduce((sum, { entry: at }) => {
        const entry = entries[at]?.entry;
        return addBytes(sum, entry?.kind === 'file' ? entry.size : 0);
      }, 0);
      const paths = [...new Set(gone.map(({ path }) => path))].sort().slice(0, limit);
      return { entries: gone.length, bytes, paths, more };
    });
    const unused = new Set(removal.unused());
    return { meant, aliases, unused: words.filter((_, i) => unused.has(patterns[i] ?? '')), layers: found };
  } catch (thrown) {
    throw stackProblem(thrown, label);
  }
}

/** The job `prove-rewrite`. */
export async function proveRewrite(
  { layers: indexes, patterns, aliases, label }: JobInput<'prove-rewrite'>,
  tools: JobTools,
): Promise<JobOutput<'prove-rewrite'>> {
  const before: Entries[] = [];
  const after: Entries[] = [];
  // Those that a rewrite changed are there twice.
  const [held, heldAfter] = [new EntryCount(), new EntryCount()];
  try {
    for (const index of indexes) {
      const old = await entriesOf(index.before, held, tools);
      before.push(old);
      after.push(index.after === index.before ? old : await entriesOf(index.after, heldAfter, tools));
    }
    const removal = removalOf(patterns, aliases);
    const tree = (layers: readonly Entries[]): ReturnType<typeof entryTree> =>
      entryTree(stackOf(layers, tools).result());
    const differs = removalFault(tree(before), tree(after), removal);
    if (differs !== null) return { fault: differs };
    for (const entries of after) {
      const [left] = removed(entries, removal, { isHidden: () => false, tools }).gone;
      if (left) return { fault: left.path };
    }
    return { fault: null };
  } catch (thrown) {
    throw stackProblem(thrown, label);
  }
}
