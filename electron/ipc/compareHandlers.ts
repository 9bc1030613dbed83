import type { ImageId } from '../../shared/image/digest';
import type { SourceId } from '../../shared/ipc/source';
import type { OperationResult } from '../../shared/ipc/operation';
import { foldDifferences } from '../../shared/layer/foldDifferences';
import { displayName } from '../../shared/graph/sharing';
import { differencePageLimit } from '../../shared/ipc/differencePages';
import { imageContents } from '../actions/inside/imageContents';
import { compareContents } from '../index/compareContents';
import { compareFiles, type FileComparison } from '../actions/inside/compareFiles';
import { findDuplicateFiles, type DuplicateReport } from '../actions/inside/duplicateFiles';
import { imageById } from '../actions/images/resolveImage';
import { readStoreView } from '../actions/images/storeView';
import type { ActionContext, Run } from '../actions/ground/context';
import { isHome } from '../../shared/ipc/placeKinds';
import { storeTitle } from '../../shared/text/storeTitle';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlerWorld';
import { Stoppable } from './stoppable';

/** Two images, the second maybe of another place. */
interface Two {
  readonly source: SourceId;
  readonly other?: SourceId | undefined;
  readonly first: ImageId;
  readonly second: ImageId;
}
type Names = Extract<keyof Handlers, `compare.${string}` | `duplicates.${string}`>;

const keyOf = ({ source, other = source, first, second }: Two): string =>
  `${source} ${first} ${other} ${second}`;

/** Handlers that compare files, of two images and of all layers. The last comparison is kept, so that its pages cost nothing. */
export function createCompareHandlers({
  places,
  operations,
  app,
}: Pick<HandlerWorld, 'places' | 'operations' | 'app'>): Pick<Handlers, Names> {
  let last: {
    readonly key: string;
    readonly stop: AbortController;
    readonly found: Promise<FileComparison>;
  } | null = null;
  const readings = new Stoppable<string>();
  /** Does something with the stores of both images. */
  const inBoth = <T>(
    { source, other = source }: Pick<Two, 'source' | 'other'>,
    work: (first: ActionContext, second: ActionContext) => Promise<T>,
  ): Promise<T> =>
    places.within(source, 'inside', (first) =>
      other === source ? work(first, first) : places.within(other, 'inside', (second) => work(first, second)),
    );
  const compared = (two: Two): Promise<FileComparison> => {
    const key = keyOf(two);
    if (last?.key === key) return last.found;
    last?.stop.abort();
    const stop = new AbortController();
    const run: Run = { signal: stop.signal, report: () => undefined };
    const { first, second } = two;
    const found = inBoth(two, (context, other) =>
      compareFiles(context, { first, second, other, contents: false }, run),
    );
    const mine = { key, stop, found };
    last = mine;
    found.catch(() => {
      if (last === mine) last = null;
    });
    return found;
  };
  const duplicates = new Map<SourceId, DuplicateReport>();
  return {
    'duplicates.list': ({ source }) => duplicates.get(source) ?? null,
    'duplicates.find': async ({ source }) => {
      // The name that the person sees it by.
      const known = (await places.list()).find(({ id }) => id === source)?.name ?? '';
      const name = isHome(source) ? storeTitle(app().storePath) : known;
      const work = async (run: Run): Promise<OperationResult> => {
        let layers = 0;
        let bytes = 0;
        const found = await places.within(source, 'inside', (context) =>
          findDuplicateFiles(context, null, {
            signal: run.signal,
            report: (step) => {
              if (step.layers !== undefined) [layers, bytes] = [step.layers, step.total ?? 0];
              run.report(step);
            },
          }),
        );
        // The last of them alone is kept: it may be large.
        duplicates.clear();
        duplicates.set(source, found);
        return { kind: 'hash', layers, bytes };
      };
      return { operation: operations.start('hash', name, work, { places: [source] }) };
    },
    'compare.files': async ({ kind, text, open, offset, ...two }) => {
      const { differences, omitted, added, changed, removed, timesOnly, unread, bytesToRead } =
        await compared(two);
      const wanted = text.trim().toLowerCase();
      const matching = differences.filter(
        (each) =>
          (kind === 'all' || each.kind === kind) &&
          (wanted === '' || `/${each.path}`.toLowerCase().includes(wanted)),
      );
      // What is looked for by its path is shown where it is, whatever it went with.
      const rows =
        wanted === ''
          ? foldDifferences(matching, new Set(open))
          : matching.map((each) => ({ ...each, depth: 0, below: null }));
      return {
        matching: rows.length,
        page: rows.slice(offset, offset + differencePageLimit),
        added,
        changed,
        removed,
        timesOnly,
        omitted,
        unread: unread.paths,
        bytesToRead,
      };
    },
    'compare.contents': ({ path, ...two }) =>
      readings.run(keyOf(two), (signal) =>
        inBoth(two, async (context, other) =>
          compareContents(
            {
              before: await imageContents(context, two.first, path),
              after: await imageContents(other, two.second, path),
            },
            signal,
          ),
        ),
      ),
    'compare.stop': (two) => {
      readings.stop(keyOf(two));
      if (last?.key === keyOf(two)) last.stop.abort();
      return null;
    },
    'compare.read': async (two) => {
      const { first, second } = two;
      const subject = await inBoth(two, async (...contexts) => {
        const names = contexts.map(async (context, i) => {
          const { graph } = await readStoreView(context);
          return displayName(imageById(graph, i === 0 ? first : second));
        });
        return (await Promise.all(names)).join(', ');
      });
      const { source, other = source } = two;
      const read = async (run: Run): Promise<OperationResult> => {
        let layers = 0;
        let bytes = 0;
        const found = await inBoth(two, (context, other) =>
          compareFiles(
            context,
            { first, second, other, contents: true },
            {
              signal: run.signal,
              report: (step) => {
                if (step.layers !== undefined) [layers, bytes] = [step.layers, step.total ?? 0];
                run.report(step);
              },
            },
          ),
        );
        last = { key: keyOf(two), stop: new AbortController(), found: Promise.resolve(found) };
        return { kind: 'hash', layers, bytes };
      };
      return { operation: operations.start('hash', subject, read, { places: [source, other] }) };
    },
  };
}
