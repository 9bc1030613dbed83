import { displayName } from '../../../shared/graph/sharing';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { openLayer, type OpenLayer } from '../../index/openLayer';
import type { Ingest } from '../../store/contentStore';
import type { JobInput, Sockets } from '../../worker/jobs';
import { recordedFacts } from '../trees/recordedFacts';
import type { ActionContext, Run } from '../ground/context';
import { imageLayers, type ImageLayer } from '../images/imageLayers';
import { imageById } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';
import { readMounted } from '../trees/workspaces';

/** Whose tree is written out: an image's, up to a layer of it, or of that layer alone, or a workspace's as it is now. */
export type Shown =
  | {
      readonly image: ImageId;
      readonly upTo?: ChainId | null | undefined;
      readonly only?: ChainId | null | undefined;
    }
  | { readonly workspace: string };

/** The layers of a tree, for the jobs that read them. */
export interface ShownLayers {
  readonly layers: JobInput<'merge-layers'>['layers'];
  /** What people know the tree as. */
  readonly label: string;
  /** Those that are in the store. */
  readonly stored: readonly ImageLayer[];
  /** The one that is not: a workspace's changes. */
  readonly top: OpenLayer | null;
  /** Those of a workspace, which are in no layer. */
  readonly sockets?: Sockets | undefined;
}

/**
 * The layers of a tree; a workspace's changes come as one more on top, written into `own`. Throws `image-not-found`,
 * `layer-not-found`, `workspace-not-found` and what mounting a workspace throws.
 */
export async function shownLayers(
  context: ActionContext,
  what: Shown,
  own: Ingest | null,
  run: Run,
): Promise<ShownLayers> {
  const forJob = (stored: readonly ImageLayer[]): ShownLayers['layers'] =>
    stored.map(({ digest, diffId, blob }) => ({ file: context.store.fileOf(blob), digest, diffId }));
  if ('image' in what || own === null) {
    if (!('image' in what)) throw new Error('a workspace needs a place for its changes');
    const view = await readStoreView(context);
    const image = imageById(view.graph, what.image, what.upTo);
    const stored = imageLayers(view, image, what.only);
    return { layers: forJob(stored), label: displayName(image), stored, top: null };
  }
  const { record, image, file, indexTarget, written } = await readMounted(
    context,
    what.workspace,
    run,
    async (mounted) => {
      const { record, image, upper, base, privileged } = mounted;
      const { pool, style } = privileged;
      const recorded = await recordedFacts(context, privileged, image, run);
      const file = own.newPath('changes');
      const indexTarget = `${file}.index`;
      const input = {
        upper,
        base,
        style,
        paths: null,
        ...recorded,
        target: file,
        indexTarget,
        label: record.name,
      };
      const written = await pool.run('write-layer', input, { signal: run.signal, onBytes: writing(run) });
      return { record, image, file, indexTarget, written };
    },
  );
  const { digest, diffId, sockets } = written;
  const top = await openLayer(digest, file, indexTarget);
  if (diffId === null || top === null) throw new Error('a layer has a diff ID and an index');
  const stored = imageLayers(await readStoreView(context), image);
  return { layers: [...forJob(stored), { file, digest, diffId }], label: record.name, stored, top, sockets };
}

/** Reports bytes as they are written. */
export function writing(run: Run): (bytes: number) => void {
  let done = 0;
  return (bytes) => run.report({ phase: 'writing', done: (done += bytes), total: null });
}
