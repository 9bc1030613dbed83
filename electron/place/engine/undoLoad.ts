import type { ImageGraph } from '../../../shared/graph/imageGraph';
import { parseReference } from '../../../shared/image/reference';
import type { ExportImage } from '../../export/imageExport';
import type { Run } from '../../actions/ground/context';
import { removeEngineImages, tagEngineImage, untagEngineImage, type OpenEngine } from './engineImages';

/** What is undone is undone to the end. */
const unstoppable: Run = { signal: new AbortController().signal, report: () => undefined };

/** The image that each name is of. */
const holders = ({ images }: ImageGraph): ReadonlyMap<string, ImageGraph['images'][number]['id']> =>
  new Map(images.flatMap(({ id, names }) => names.map((name) => [name, id])));

/** Names that were one image's and are another's now; none where the engine does not say any more. */
export async function movedSince(open: OpenEngine, before: ImageGraph): Promise<readonly string[]> {
  const now = await open.view().then(
    ({ graph }) => holders(graph),
    () => null,
  );
  return [...holders(before)].filter(([name, id]) => (now?.get(name) ?? id) !== id).map(([name]) => name);
}

/**
 * Takes back what an engine did with images that it was sent: names go back to the images that had them, and what was not there before goes.
 * Throws what an engine refuses that with.
 */
export async function undoLoad(
  open: OpenEngine,
  before: ImageGraph,
  sent: readonly Pick<ExportImage, 'names'>[],
): Promise<void> {
  const [then, now] = [holders(before), holders((await open.view()).graph)];
  const known = new Set(before.images.map(({ id }) => id));
  const names = sent.flatMap((image) => image.names.map((name) => parseReference(name).familiar));
  const fresh = new Set(
    [...new Set(names)].flatMap((name) => now.get(name) ?? []).filter((id) => !known.has(id)),
  );
  for (const name of new Set(names)) {
    const [was, is] = [then.get(name), now.get(name)];
    if (was !== undefined && was !== is) await tagEngineImage(open, was, name);
    else if (was === undefined && is !== undefined && known.has(is)) await untagEngineImage(open, name);
  }
  const { graph } = await open.view();
  const images = graph.images.map(({ id }) => id).filter((id) => fresh.has(id));
  await removeEngineImages(open, { images, names: [] }, { force: false }, unstoppable);
}
