import type { Digest } from '../../../shared/image/digest';
import { planRemoval, type RemovalPlan, type RemovalSelection } from '../../../shared/graph/sharing';
import { problem } from '../../../shared/image/problem';
import { ListedNames } from '../../../shared/image/layoutName';
import { isAlive } from '../../store/owner';
import { readMountRecords } from '../records/mountRecords';
import { idPart, printedId } from './resolveImage';
import { nameOfRoot, type StoreView } from './storeView';
import { readWorkspaces } from '../records/workspaceRecords';

/**
 * Roots whose documents are missing or damaged are no images of the graph. They are found here by what index.json says of
 * them, so that their names can be taken away and they can be removed: nothing else would ever get rid of them.
 */

/**
 * Roots that no image of the graph stands for: those that cannot be read, and artifacts of whatever type (charts, lists of packages), which
 * no list of images has.
 */
export function bareRoots(view: Pick<StoreView, 'damaged' | 'roots' | 'graph'>): readonly BareRoot[] {
  const known = new Set<Digest>([
    ...view.graph.images.flatMap(({ roots }) => roots),
    ...view.damaged.map(({ digest }) => digest),
  ]);
  const artifacts = view.roots.filter(({ digest }) => !known.has(digest));
  return [...view.damaged, ...artifacts.map((root) => ({ digest: root.digest, name: nameOfRoot(root) }))];
}

/** A root that is no image, with a name that it has. */
interface BareRoot {
  readonly digest: Digest;
  readonly name: string | null;
}

/**
 * What a word means of roots that are no images, in the order of `resolveImage`: a root by its digest, a name, as it
 * stands in index.json, or a root by a shorter beginning of its digest. Null where it means none. Throws `image-ambiguous`.
 */
export function findUnread(
  bare: readonly BareRoot[],
  word: string,
): { readonly name: string } | { readonly root: Digest } | null {
  const printed = unreadByDigest(bare, word, printedId);
  if (printed) return printed;
  const name = new ListedNames(bare.flatMap((each) => each.name ?? [])).find(word);
  if (name !== null) return { name };
  return unreadByDigest(bare, word, 2);
}

/** The root whose digest begins with so many digits at the least. Throws `image-ambiguous`. */
export function unreadByDigest(
  bare: readonly BareRoot[],
  word: string,
  least: number = printedId,
): { readonly root: Digest } | null {
  const hex = idPart(word.slice(word.indexOf('@') + 1));
  if (hex === null || hex.length < least) return null;
  const found = new Set(bare.map(({ digest }) => digest).filter((digest) => digest.startsWith(hex, 7)));
  if (found.size > 1) throw problem('image-ambiguous', { name: word, matches: [...found].join(', ') });
  const [root] = found;
  return root === undefined ? null : { root };
}

/** {@link planRemoval}, of roots that are no images as well: such a root goes with its last name, too. */
export function planWithUnread(view: StoreView, selection: RemovalSelection): RemovalPlan {
  const names = new Set(selection.names);
  const roots = new Set(selection.roots);
  const untagged = new Set<string>();
  for (const { digest } of bareRoots(view)) {
    const own = view.roots.filter((root) => root.digest === digest).map(nameOfRoot);
    if (own.every((name) => name !== null && names.has(name))) roots.add(digest);
    for (const name of own) if (name !== null && (names.has(name) || roots.has(digest))) untagged.add(name);
  }
  const plan = planRemoval(view.graph, { ...selection, roots: [...roots] });
  return { ...plan, untagged: [...plan.untagged, ...untagged] };
}

/**
 * Throws `image-in-use` for a root that cannot be read and that a workspace stands on, or that may be what a mount shows: of
 * such a one nobody can tell.
 */
export async function checkUnreadUnused(
  store: string,
  view: StoreView,
  going: ReadonlySet<Digest>,
): Promise<void> {
  const unread = view.damaged.filter(({ digest }) => going.has(digest));
  if (unread.length === 0) return;
  const known = new Set(view.graph.images.map(({ id }) => id));
  const [workspaces, mounts] = await Promise.all([readWorkspaces(store), readMountRecords(store)]);
  const shown = mounts
    .filter(
      ({ kind, image, kept, owner }) =>
        kind === 'image' && !known.has(image) && (kept || isAlive(owner) !== false),
    )
    .map(({ target }) => target);
  for (const { digest, name } of unread) {
    const users = [
      ...workspaces.filter(({ root }) => root.digest === digest).map((each) => each.name),
      ...shown,
    ];
    if (users.length > 0)
      throw problem('image-in-use', { name: name ?? digest, workspaces: users.join(', ') });
  }
}
