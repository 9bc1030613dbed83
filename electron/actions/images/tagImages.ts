import { findName, imagesByName } from '../../../shared/graph/imagesByName';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import type { ImageId } from '../../../shared/image/digest';
import type { OciDescriptor, OciIndex } from '../../../shared/image/manifest';
import { problem } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';
import type { ActionContext } from '../ground/context';
import { addName, changeName, inOrder, removeName, rootWithName } from './indexNames';
import { imageById } from './resolveImage';
import { nameOfRoot, readStoreView, type StoreView } from './storeView';
import { checkSeen, withFreshView } from './seenIndex';
import { bareRoots, findUnread } from './unreadRoots';

type Context = Pick<ActionContext, 'store'>;

/** What naming came to. */
export interface Named {
  /** The name in its familiar spelling. */
  readonly name: string;
  /** The image that had the name before; null when nobody had it. */
  readonly movedFrom: ImageId | null;
}

/** A name that no image has, as sentences say it. Throws `reference-invalid`. */
const nameToFind = (text: string): string => parseReference(text.trim()).familiar;

/** Parses a name that is to be given: it needs a tag, for a digest cannot be chosen. Throws `reference-invalid`. */
export function nameToGive(text: string): string {
  const reference = parseReference(text.trim());
  if (reference.digest !== null) throw problem('reference-invalid', { text, reason: 'digest' });
  return reference.familiar;
}

/** The image that has a name, in whichever spelling of it. */
export function withName({ images }: Pick<ImageGraph, 'images'>, name: string): ImageNode | undefined {
  const listed = findName(images, name);
  return listed === null ? undefined : imagesByName(images).get(listed)?.[0];
}

function holderOf(view: StoreView, name: string, not: ImageId): ImageId | null {
  const holder = withName(view.graph, name);
  return holder && holder.id !== not ? holder.id : null;
}

/**
 * The image that has a name, which is the one that a person was `shown` under it; left out by who shows nothing. Throws
 * `name-not-found`, `shown-changed`.
 */
export function holderShown(graph: Pick<ImageGraph, 'images'>, name: string, shown?: ImageId): ImageNode {
  const holder = withName(graph, name);
  if (!holder) throw problem('name-not-found', { name });
  if (shown !== undefined && holder.id !== shown) throw problem('shown-changed', { what: 'name' });
  return holder;
}

/** The descriptor that a new name of an image points at: of several roots the one that is an index of platforms last. */
function rootOf(view: StoreView, image: ImageId): OciDescriptor {
  const node = imageById(view.graph, image);
  const root = view.roots.find(({ digest }) => digest === node.roots[0]);
  if (!root) throw problem('image-not-found', { name: image });
  return root;
}

/**
 * Holds who has a name that is to be given against who was `shown` to have it (null: nobody; left out by who shows nothing). For
 * the moment of giving comes a check of the index, which must not have changed its mind since. Both throw `shown-changed`.
 */
export function checkHolder(
  view: Pick<StoreView, 'graph' | 'roots'>,
  name: string,
  shown?: ImageId | null,
): (index: OciIndex) => void {
  if (shown === undefined) return () => undefined;
  checkHolderOf(view.graph, name, shown);
  const root = rootWithName({ manifests: view.roots }, name)?.digest;
  return (index) => {
    if (rootWithName(index, name)?.digest !== root) throw problem('shown-changed', { what: 'name' });
  };
}

/** The same by a graph alone, for engines. */
export function checkHolderOf(graph: Pick<ImageGraph, 'images'>, name: string, shown?: ImageId | null): void {
  if (shown === undefined) return;
  const holder = withName(graph, name)?.id ?? null;
  if (holder !== shown) throw problem('shown-changed', { what: 'name' });
}

/**
 * Gives an image a further name. A name that another image has moves here, as with `docker tag`; with `holder` only from that one,
 * see {@link checkHolder}. A name that is given back stands where it stood: `order` is all names of the image as they stood, and those that
 * it was given since come behind them.
 */
export async function tagImage(
  context: Context,
  image: ImageId,
  text: string,
  holder?: ImageId | null,
  order: readonly string[] = [],
): Promise<Named> {
  const name = nameToGive(text);
  const view = await readStoreView(context);
  const root = rootOf(view, image);
  const check = checkHolder(view, name, holder);
  await context.store.updateIndex((index) => {
    check(index);
    if (!index.manifests.some(({ digest }) => digest === root.digest))
      throw problem('image-not-found', { name: image });
    const given = addName(index, root, name);
    return order.length === 0 ? given : inOrder(given, order);
  });
  return { name, movedFrom: holderOf(view, name, image) };
}

/**
 * Takes a name away. The image stays; without any name left it is dangling. `image` is null where the image cannot be read,
 * which nobody was `shown`. Throws as {@link holderShown}.
 */
export async function untagImage(
  context: Context,
  text: string,
  shown?: ImageId,
): Promise<{ image: ImageId | null; dangling: boolean }> {
  return withFreshView(async () => untagSeen(context, await readStoreView(context), text, shown));
}

async function untagSeen(
  context: Context,
  view: StoreView,
  text: string,
  shown: ImageId | undefined,
): Promise<{ image: ImageId | null; dangling: boolean }> {
  const listed = findName(view.graph.images, text);
  const unread = listed !== null || shown !== undefined ? null : findUnread(bareRoots(view), text);
  const name = unread && 'name' in unread ? unread.name : (listed ?? nameToFind(text));
  const image = unread && 'name' in unread ? null : holderShown(view.graph, name, shown);
  await context.store.updateIndex((index) => {
    checkSeen(index, view, { names: [name] });
    return removeName(index, name);
  });
  if (image) return { image: image.id, dangling: image.names.length === 1 };
  const digest = view.roots.find((root) => nameOfRoot(root) === name)?.digest;
  return { image: null, dangling: view.roots.filter((root) => root.digest === digest).length === 1 };
}

/** Of a name that is changed: whose it was shown to be, and who was shown to have the new one. Left out by who shows nothing. */
export interface ShownNames {
  readonly image?: ImageId | undefined;
  readonly holder?: ImageId | null | undefined;
}

/**
 * Changes a name into another in one step: nobody sees the image with both or with none. Throws as {@link holderShown} and
 * {@link checkHolder}.
 */
export async function renameImage(
  context: Context,
  from: string,
  to: string,
  shown: ShownNames = {},
): Promise<Named> {
  const name = nameToGive(to);
  return withFreshView(async () => {
    const view = await readStoreView(context);
    const old = findName(view.graph.images, from) ?? nameToFind(from);
    const image = holderShown(view.graph, old, shown.image);
    const check = checkHolder(view, name, shown.holder);
    await context.store.updateIndex((index) => {
      check(index);
      checkSeen(index, view, { names: [old] });
      const root = rootWithName(index, old);
      if (!root) throw problem('name-not-found', { name: old });
      return old === name ? index : changeName(index, root, old, name);
    });
    return { name, movedFrom: holderOf(view, name, image.id) };
  });
}
