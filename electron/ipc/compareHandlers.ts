import type { ImageId } from '../../shared/image/digest';
import { displayName } from '../../shared/graph/sharing';
import { differencePageLimit } from '../../shared/ipc/differencePages';
import { compareFiles, type FileComparison } from '../actions/compareFiles';
import { findDuplicateFiles, type DuplicateReport } from '../actions/duplicateFiles';
import { imageById } from '../actions/resolveImage';
import { readStoreView } from '../actions/storeView';
import type { Run } from '../actions/context';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlerWorld';

type Two = { readonly first: ImageId; readonly second: ImageId };
type Names = Extract<keyof Handlers, `compare.${string}` | `duplicates.${string}`>;

const keyOf = ({ first, second }: Two): string => `${first} ${second}`;

/** Handlers that compare files, of two images and of all layers. The last comparison is kept, so that its pages cost nothing. */
export function createCompareHandlers({
  context,
  operations,
}: Pick<HandlerWorld, 'context' | 'operations'>): Pick<Handlers, Names> {
  let last: {
    readonly key: string;
    readonly stop: AbortController;
    readonly found: Promise<FileComparison>;
  } | null = null;
  const compared = (two: Two): Promise<FileComparison> => {
    const key = keyOf(two);
    if (last?.key === key) return last.found;
    last?.stop.abort();
    const stop = new AbortController();
    const run: Run = { signal: stop.signal, report: () => undefined };
    const found = compareFiles(context, { ...two, contents: false }, run);
    const mine = { key, stop, found };
    last = mine;
    found.catch(() => {
      if (last === mine) last = null;
    });
    return found;
  };
  let duplicates: DuplicateReport | null = null;
  return {
    'duplicates.list': () => duplicates,
    'duplicates.find': () => ({
      operation: operations.start('hash', '', async (run) => {
        let layers = 0;
        let bytes = 0;
        duplicates = await findDuplicateFiles(context, null, {
          signal: run.signal,
          report: (step) => {
            if (step.layers !== undefined) [layers, bytes] = [step.layers, step.total ?? 0];
            run.report(step);
          },
        });
        return { kind: 'hash', layers, bytes };
      }),
    }),
    'compare.files': async ({ first, second, kind, text, offset }) => {
      const { differences, omitted, added, changed, removed, timesOnly, unread, bytesToRead } =
        await compared({
          first,
          second,
        });
      const wanted = text.trim().toLowerCase();
      const matching = differences.filter(
        (each) =>
          (kind === 'all' || each.kind === kind) &&
          (wanted === '' || `/${each.path}`.toLowerCase().includes(wanted)),
      );
      return {
        matching: matching.length,
        page: matching.slice(offset, offset + differencePageLimit),
        added,
        changed,
        removed,
        timesOnly,
        omitted,
        unread: unread.paths,
        bytesToRead,
      };
    },
    'compare.stop': (two) => {
      if (last?.key === keyOf(two)) last.stop.abort();
      return null;
    },
    'compare.read': async (two) => {
      const { graph } = await readStoreView(context);
      const subject = [two.first, two.second].map((id) => displayName(imageById(graph, id))).join(', ');
      const operation = operations.start('hash', subject, async (run) => {
        let layers = 0;
        let bytes = 0;
        const found = await compareFiles(
          context,
          { ...two, contents: true },
          {
            signal: run.signal,
            report: (step) => {
              if (step.layers !== undefined) [layers, bytes] = [step.layers, step.total ?? 0];
              run.report(step);
            },
          },
        );
        last = { key: keyOf(two), stop: new AbortController(), found: Promise.resolve(found) };
        return { kind: 'hash', layers, bytes };
      });
      return { operation };
    },
  };
}
