import type { ImageId } from '../../shared/image/digest';
import { displayName } from '../../shared/graph/sharing';
import { literalPattern } from '../../shared/layer/removePaths';
import { findSecrets } from '../actions/inside/findSecrets';
import { removedElsewhere } from '../actions/making/removedElsewhere';
import { imageById } from '../actions/images/resolveImage';
import { previewRewrite, rewriteImage } from '../actions/making/rewriteImage';
import { readStoreView } from '../actions/images/storeView';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlerWorld';
import { Stoppable } from './stoppable';

type Names = Extract<keyof Handlers, `secrets.${string}` | `rewrite.${string}`>;

/** Secrets in files that the window lists. */
const listed = 2000;
/** Images that are named as sharing with one. */
const sharingNamed = 20;

/** Handlers that look for secrets and take paths out; the readings that run are kept by image, so that they can be stopped. */
export function createSecretHandlers({
  context,
  operations,
  places,
}: Pick<HandlerWorld, 'context' | 'operations' | 'places'>): Pick<Handlers, Names> {
  const searches = new Stoppable<string>();
  const previews = new Stoppable<string>();
  const previewOf = (image: ImageId, paths: readonly string[]): string => JSON.stringify([image, paths]);
  return {
    'secrets.find': async ({ source, image }) => {
      const [found] = await searches.run(`${source} ${image}`, (signal) =>
        places.within(source, 'inside', (held) =>
          findSecrets(held, [image], { signal, report: () => undefined }),
        ),
      );
      const { files = [], config = [] } = found ?? {};
      return {
        files: files.slice(0, listed),
        config: config.slice(0, listed),
        omitted: Math.max(0, files.length - listed) + Math.max(0, config.length - listed),
        scanned: found?.scanned ?? { files: 0, bytes: 0 },
        skipped: found?.skipped ?? { large: 0, sparse: 0, samples: 0 },
      };
    },
    'secrets.stop': ({ source, image }) => {
      searches.stop(`${source} ${image}`);
      return null;
    },
    'rewrite.preview': async ({ image, paths }) => {
      const patterns = paths.map(literalPattern);
      const [{ layers, sharedWith, ...sums }, elsewhere] = await previews.run(
        previewOf(image, paths),
        async (signal) => {
          const found = await previewRewrite(context, { image, patterns }, signal);
          const what = { image, layers: found.layers };
          return [found, await removedElsewhere(context, what, { signal, report: () => undefined })] as const;
        },
      );
      return {
        ...sums,
        layers: layers.length,
        sharedWith: sharedWith.slice(0, sharingNamed),
        elsewhere: [...elsewhere.places],
        elsewhereCount: elsewhere.count,
      };
    },
    'rewrite.stop': ({ image, paths }) => {
      previews.stop(previewOf(image, paths));
      return null;
    },
    'rewrite.start': async ({ image, paths, reference, holder }) => {
      const { graph } = await readStoreView(context);
      const operation = operations.start('rewrite', displayName(imageById(graph, image)), async (run) => {
        const patterns = paths.map(literalPattern);
        const made = await rewriteImage(context, { image, patterns, reference, holder }, run);
        return {
          kind: 'rewrite',
          id: made.id,
          name: made.name,
          movedFrom: made.movedFrom,
          layerBytes: made.layerBytes,
          changes: made.layers.length,
          stay: made.kept,
        };
      });
      return { operation };
    },
  };
}
