import type { ImageGraph } from '../../../shared/graph/imageGraph';
import { nameMoves } from '../../../shared/graph/nameMoves';
import type { MovedFrom } from '../../../shared/ipc/operation';
import { parseReference } from '../../../shared/image/reference';
import type { ExportImage } from '../../export/imageExport';
import type { Run } from '../../actions/ground/context';
import {
  giveNameAway,
  removeEngineImages,
  tagEngineImage,
  untagEngineImage,
  type OpenEngine,
} from './engineImages';

/** What is undone is undone to the end. */
const unstoppable: Run = { signal: new AbortController().signal, report: () => undefined };

/** The image that each name is of. */
const holders = ({ images }: ImageGraph): ReadonlyMap<string, ImageGraph['images'][number]['id']> =>
  new Map(images.flatMap(({ id, names }) => names.map((name) => [name, id])));

/** What images were sent under, in their familiar spelling. */
const namesOf = (sent: readonly Pick<ExportImage, 'names'>[]): ReadonlySet<string> =>
  new Set(sent.flatMap(({ names }) => names.map((name) => parseReference(name).familiar)));

/** Names of what was sent that were another image's before, and whose; none where the engine does not say any more. */
export async function movedSince(
  open: OpenEngine,
  before: ImageGraph,
  sent: readonly Pick<ExportImage, 'names'>[],
): Promise<MovedFrom> {
  const now = await open.view().then(
    ({ graph }) => graph.images,
    () => [],
  );
  const names = namesOf(sent);
  const came = now.map((image) => ({ ...image, names: image.names.filter((name) => names.has(name)) }));
  return nameMoves(came, before.images).map(({ name, holder }) => ({ name, images: [holder.id] }));
}

/**
 * Takes back what an engine did with images that it was sent: names go back to the images that had them, and what was not there before goes.
 * Throws what an engine refuses that with.
 */
export async function undoLoad(
  open: OpenEngine,
  before: ImageGraph,
  sent: readonly Pick<ExportImage, 'id' | 'names'>[],
): Promise<void> {
  const [then, now] = [holders(before), holders((await open.view()).graph)];
  const known = new Set(before.images.map(({ id }) => id));
  const named = new Set(before.images.flatMap(({ id, names }) => (names.length > 0 ? [id] : [])));
  const names = namesOf(sent);
  // The containerd image store of Docker calls an image by its manifest: there its names tell.
  const came = new Set<string>([
    ...sent.map(({ id }) => id),
    ...[...names].flatMap((name) => now.get(name) ?? []),
  ]);
  for (const name of names) {
    const [was, is] = [then.get(name), now.get(name)];
    if (was !== undefined && was !== is) await tagEngineImage(open, was, name);
    else if (was === undefined && is !== undefined && known.has(is)) {
      if (named.has(is)) await untagEngineImage(open, name);
      else {
        // What takes the name goes with what came.
        const taker = await giveNameAway(open, name);
        if (taker !== null) came.add(taker);
      }
    }
  }
  const { graph } = await open.view();
  const images = graph.images.map(({ id }) => id).filter((id) => came.has(id) && !known.has(id));
  await removeEngineImages(open, { images, names: [] }, { force: false }, unstoppable);
}
