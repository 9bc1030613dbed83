import { translator } from '../../../shared/text/catalogue';
import { shortDigest, type Digest, type ImageId } from '../../../shared/image/digest';
import type { ImageGraph, RemovalPreview } from '../../../shared/graph/imageGraph';
import { layerTitle } from '../../../shared/graph/layerTitle';
import { problemOf } from '../../../shared/image/problem';
import { formatBytes, visibleText } from '../../../shared/text/format';
import type { ActionContext } from '../../actions/context';
import { previewRemove, removeImages } from '../../actions/removeImages';
import { resolveImage } from '../../actions/resolveImage';
import { readStoreView } from '../../actions/storeView';
import { findUnread, unreadByDigest } from '../../actions/unreadRoots';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { UsageFault } from '../parser';
import { sweptContext } from '../sweep';
import { engineActions, readGraph, sourceOf, sourceOption } from '../source';

/** Prints what a removal would do. */
export function printPreview(session: Session, preview: RemovalPreview): void {
  // The images of several platforms have their names in common.
  const names = new Set([...preview.untagged, ...preview.images.flatMap((image) => image.names)]);
  for (const name of names) session.out(`Would untag: ${name}\n`);
  for (const image of preview.images) session.out(`Would delete: ${image.id}\n`);
  for (const layer of preview.kept) {
    const title = visibleText(layerTitle(layer.createdBy).title);
    const more = layer.holderCount > layer.holders.length ? ', …' : '';
    const holders = [
      ...layer.holders,
      ...layer.containers.map((name) => `container ${visibleText(name)}`),
    ].join(', ');
    session.out(
      `Stays: ${shortDigest(layer.chainId)} ${formatBytes(layer.size)}${title === '' ? '' : ` ${title}`}, held by ${holders}${more}\n`,
    );
  }
  for (const { name, state, image } of preview.containers)
    session.out(`In use: ${shortDigest(image)} by container ${visibleText(name)} (${visibleText(state)})\n`);
  const bytes = { bytes: preview.freedBytes, kept: preview.keptBytes };
  session.out(`${translator(session.language)('cli.wouldFreeAndKeep', bytes)}\n`);
}

/** What a word means of the images that cannot be read, where it means no other. */
async function unreadFor(
  context: ActionContext,
  graph: ImageGraph,
  word: string,
): Promise<ReturnType<typeof findUnread>> {
  const view = await readStoreView(context);
  if (view.damaged.length === 0) return null;
  try {
    // No name stands for a digest that a list has printed.
    return resolveImage(graph, word).name === null ? null : unreadByDigest(view, word);
  } catch (thrown) {
    return problemOf(thrown).code === 'image-not-found' ? findUnread(view, word) : null;
  }
}

export const rmi: Command = {
  name: 'rmi',
  usage: 'rmi [-n] [-f] [--source NAME] IMG…',
  summary: [
    'Removes images. A name that is not the last of its image goes alone; the last one takes the image with it. What no other image needs is freed at once.',
    '删除镜像。若名称不是镜像的最后一个名称，则只移除名称；最后一个名称会连同镜像一起删除。不再需要的内容立即释放。',
  ],
  options: [
    {
      long: 'dry-run',
      short: 'n',
      help: ['only say what would be freed and what stays', '只说明将释放和保留的内容'],
    },
    {
      long: 'force',
      short: 'f',
      help: [
        'remove an image by ID with all of its names; of Docker also one that stopped containers use',
        '按 ID 删除镜像及其全部名称；对于 Docker，也删除已停止容器所用的镜像',
      ],
    },
    sourceOption,
  ],
  examples: [
    'stratigraph rmi -n shop:1.4',
    'stratigraph rmi shop:1.4 shop:1.5',
    'stratigraph rmi -f 678497cf5adc',
  ],
  async execute(session, parsed) {
    const { switches, words } = parsed;
    if (words.length === 0) throw new UsageFault((t) => t('usage.rmi'));
    const open = await sourceOf(session, parsed);
    // A run that was killed with its command line may be on one of them.
    if (!open && !switches.has('dry-run')) await sweptContext(session, { reads: true });
    const graph = await readGraph(session, open);
    const images: ImageId[] = [];
    const names: string[] = [];
    const roots: Digest[] = [];
    for (const word of words) {
      const unread = open ? null : await unreadFor(await session.context(), graph, word);
      if (unread) {
        if ('name' in unread) names.push(unread.name);
        else roots.push(unread.root);
        continue;
      }
      const { image, name } = resolveImage(graph, word);
      if (name !== null) names.push(name);
      else if (image.names.length > 1 && !switches.has('force')) {
        throw new UsageFault((t) => t('usage.severalNames', { name: word, text: image.names.join(', ') }));
      } else images.push(image.id);
    }
    const selection = { images, names, roots };
    if (switches.has('dry-run')) {
      const preview = open
        ? await (await engineActions()).previewEngineRemoval(open, selection)
        : await previewRemove(await session.context(), selection);
      if (session.json) session.out(jsonText(preview));
      else printPreview(session, preview);
      return;
    }
    const run = session.run('rmi');
    const result = open
      ? await (
          await engineActions()
        ).removeEngineImages(open, selection, { force: switches.has('force') }, run)
      : await removeImages(await session.context(), selection, run);
    session.endProgress();
    if (session.json) session.out(jsonText(result));
    else {
      for (const name of result.untagged) session.out(`Untagged: ${name}\n`);
      for (const id of result.removed) session.out(`Deleted: ${id}\n`);
      session.note(translator(session.language)('cli.freed', { bytes: result.freedBytes }));
    }
  },
};
