import { translator } from '../../../shared/text/catalogue';
import { addBytes } from '../../../shared/image/bytes';
import { shortDigest } from '../../../shared/image/digest';
import { nameDigest } from '../../../shared/graph/nameDigest';
import type { RemovalSelection } from '../../../shared/graph/sharing';
import type { ImageGraph, KeptFor, RemovalPreview } from '../../../shared/graph/imageGraph';
import { layerTitle } from '../../../shared/graph/layerTitle';
import { problemOf } from '../../../shared/image/problem';
import { formatBytes, visibleText } from '../../../shared/text/format';
import type { ActionContext } from '../../actions/ground/context';
import { partOf } from '../../place/partOf';
import type { Removed } from '../../place/place';
import { resolveImage } from '../../actions/images/resolveImage';
import { readStoreView } from '../../actions/images/storeView';
import { bareRoots, findUnread, unreadByDigest } from '../../actions/images/unreadRoots';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { eachName, type EachName } from '../eachName';
import { UsageFault } from '../parser';
import { sweptContext } from '../sweep';
import { readGraph, sourceOf, sourceOption } from '../source';

/** Says because of which image nothing is freed. */
export function noteKept(session: Session, keptFor: KeptFor | undefined): void {
  if (keptFor) session.note(translator(session.language)('cli.keptFor', keptFor));
}

/** Prints what a removal would do. */
export function printPreview(session: Session, preview: RemovalPreview): void {
  // The images of several platforms have their names in common.
  const names = new Set([...preview.untagged, ...preview.images.flatMap((image) => image.names)]);
  for (const name of names) session.out(`Would untag: ${name}\n`);
  for (const id of [...preview.images.map((image) => image.id), ...(preview.manifests ?? [])])
    session.out(`Would delete: ${id}\n`);
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
  noteKept(session, preview.keptFor);
}

/** What a word means of the roots that are no images, where it means no other. */
async function unreadFor(
  context: ActionContext,
  graph: ImageGraph,
  word: string,
): Promise<ReturnType<typeof findUnread>> {
  const view = await readStoreView(context);
  const bare = bareRoots(view);
  if (bare.length === 0) return null;
  try {
    // No name stands for a digest that a list has printed.
    return resolveImage(graph, word).name === null ? null : unreadByDigest(bare, word);
  } catch (thrown) {
    return problemOf(thrown).code === 'image-not-found' ? findUnread(bare, word) : null;
  }
}

type Whole = Required<RemovalSelection>;
type Selection = Partial<Whole>;

/** What several words mean, together. */
const whole = (parts: readonly Selection[]): Whole => ({
  images: parts.flatMap(({ images = [] }) => images),
  names: parts.flatMap(({ names = [] }) => names),
  roots: parts.flatMap(({ roots = [] }) => roots),
});

/**
 * Of several removals those that can be done, one after the other: what would fail is known, and said, before anything goes, so
 * that the others go together and are freed in one step.
 */
async function agreed(
  session: Session,
  parts: readonly Selection[],
  preview: (selection: Whole) => Promise<unknown>,
): Promise<EachName<Selection>> {
  if (parts.length < 2) return { done: parts, code: 0 };
  const isFine = await preview(whole(parts)).then(
    () => true,
    () => false,
  );
  if (isFine) return { done: parts, code: 0 };
  const before: Selection[] = [];
  return eachName(session, parts, async (part) => {
    await preview(whole([...before, part]));
    before.push(part);
    return part;
  });
}

/** What several removals came to. */
const together = (parts: readonly Removed[]): Removed => ({
  kind: 'remove',
  removed: parts.flatMap(({ removed }) => removed),
  untagged: parts.flatMap(({ untagged }) => untagged),
  freedBytes: parts.reduce((sum, { freedBytes }) => addBytes(sum, freedBytes), 0),
});

export const rmi: Command = {
  name: 'rmi',
  usage: 'rmi [-n] [-f] [--source PLACE] IMG…',
  summary: [
    'Removes images. A name that is not the last of its image goes alone; the last one takes the image with it. What no other image needs is freed at once. Of several the others go where one cannot.',
    '删除镜像。若名称不是镜像的最后一个名称，则只移除名称；最后一个名称会连同镜像一起删除。不再需要的内容立即释放。多个镜像中若有一个无法删除，其余照常删除。',
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
    const place = await sourceOf(session, parsed);
    const removal = partOf(place, 'removal');
    // A run that was killed with its command line may be on one of them; what is said beforehand is what is done.
    if (place.layers !== null) await sweptContext(session, { reads: true });
    const graph = await readGraph(session, place);
    const meant = async (word: string): Promise<Selection> => {
      const unread = (await place.layers?.within((held) => unreadFor(held, graph, word))) ?? null;
      if (unread) return 'name' in unread ? { names: [unread.name] } : { roots: [unread.root] };
      const { image, name, root, siblings } = resolveImage(graph, word);
      if (name !== null) return { names: [name] };
      const isNamed = [image, ...siblings].some((each) =>
        each.names.some((its) => nameDigest(each, its) === root),
      );
      // An entry of the list without a name beside another of the same image goes alone.
      if (root !== undefined && place.layers !== null && image.roots.length > 1 && !isNamed)
        return { roots: [root] };
      if (image.names.length > 1 && !switches.has('force'))
        throw new UsageFault((t) => t('usage.severalNames', { name: word, text: image.names.join(', ') }));
      return { images: [image.id] };
    };
    const preview = (part: Whole): Promise<RemovalPreview> => removal.preview(part);
    const picked = await eachName(session, words, meant);
    const allowed = await agreed(session, picked.done, preview);
    let code = picked.code || allowed.code;
    const selection = whole(allowed.done);
    if (allowed.done.length === 0) return code;
    const options = { force: switches.has('force') };
    /** A store removes all at once, an engine one after the other: each of what it lets go may be what it would not. */
    const isAtOnce = place.layers !== null;
    /** What the act would do of what it would not refuse; null where it would refuse all. */
    const agreedByAll = async (): Promise<RemovalPreview | null> => {
      const each = await eachName(session, allowed.done, async (part) => {
        await removal.preview(whole([part]), options);
        return part;
      });
      code ||= each.code;
      return each.done.length === 0 ? null : removal.preview(whole(each.done), options);
    };
    if (switches.has('dry-run')) {
      const found = isAtOnce ? await preview(selection) : await agreedByAll();
      if (found === null) return code;
      if (session.json) session.out(jsonText(found));
      else printPreview(session, found);
      return code;
    }
    const run = session.run('rmi');
    const each = isAtOnce
      ? { done: [await removal.remove(selection, options, run)], code: 0 as const }
      : await eachName(session, allowed.done, (part) => removal.remove(whole([part]), options, run));
    code ||= each.code;
    const [first, ...more] = each.done;
    const result = first && more.length === 0 ? first : together(each.done);
    session.endProgress();
    if (session.json) session.out(jsonText(result));
    else {
      for (const name of result.untagged) session.out(`Untagged: ${name}\n`);
      for (const id of result.removed) session.out(`Deleted: ${id}\n`);
      session.note(translator(session.language)('cli.freed', { bytes: result.freedBytes }));
      noteKept(session, result.keptFor);
    }
    return code;
  },
};
