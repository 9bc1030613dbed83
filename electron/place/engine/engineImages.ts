import { Readable } from 'node:stream';
import { addBytes } from '../../../shared/image/bytes';
import type { ImageId } from '../../../shared/image/digest';
import type { ImageNode, RemovalPreview } from '../../../shared/graph/imageGraph';
import {
  displayName,
  planRemoval,
  previewRemoval,
  type RemovalSelection,
} from '../../../shared/graph/sharing';
import { isShown, shownOf, type ShownRemoval } from '../../../shared/graph/shown';
import { problem } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';
import type { OperationResult } from '../../../shared/ipc/operation';
import { removedList } from '../../engine/answers';
import { EngineRefusal } from '../../engine/connection';
import { refusedProblem, type Engine } from '../../engine/engine';
import { inspectImage } from '../../engine/inspectImage';
import { familiarNames, type EngineView } from '../../engine/readImages';
import { removalRefusal } from '../../engine/refusals';
import type { Run } from '../../actions/ground/context';
import { checkSelection } from '../../actions/images/removeImages';
import { imageById } from '../../actions/images/resolveImage';
import {
  checkHolderOf,
  holderShown,
  nameToGive,
  type Named,
  type ShownNames,
} from '../../actions/images/tagImages';

/** An engine that answers, and its images as they are now. */
export interface OpenEngine {
  readonly engine: Engine;
  readonly view: () => Promise<EngineView>;
}

/** A name in the spelling that every engine reads alike: with registry and namespace. */
export function fullName(name: string): string {
  return parseReference(name).full;
}

/** Gives an image of an engine a further name; one that another image has moves here. Throws `reference-invalid`, and as `checkHolder`. */
export async function tagEngineImage(
  open: OpenEngine,
  image: ImageId,
  text: string,
  shown?: ImageId | null,
): Promise<Named> {
  const name = nameToGive(text);
  const { registry, repository, tag } = parseReference(name);
  const { graph } = await open.view();
  imageById(graph, image);
  checkHolderOf(graph, name, shown);
  const holder = graph.images.find(({ names }) => names.includes(name));
  await send(open.engine, 'POST', `/images/${image}/tag`, {
    repo: `${registry}/${repository}`,
    tag: tag ?? 'latest',
  });
  return { name, movedFrom: holder && holder.id !== image ? holder.id : null };
}

/**
 * Takes a name away from an image that has others: with its last name an engine would delete it. Throws
 * `engine-last-name` and what {@link holderShown} throws.
 */
export async function untagEngineImage(
  open: OpenEngine,
  text: string,
  shown?: ImageId,
): Promise<{ image: ImageId; dangling: boolean }> {
  const name = parseReference(text.trim()).familiar;
  const { graph } = await open.view();
  const image = holderShown(graph, name, shown);
  await removeSpareName(open.engine, image, name);
  return { image: image.id, dangling: false };
}

/** Zeros that end every tar: one without members is nothing else. */
const emptyTar = 1024;

/**
 * Has an image without a name of its own lose one that it was given: an engine takes no last name away without the image, so the
 * name goes to an empty image that is made for it. Gives that image, which whoever asked removes. Throws what the engine refuses it with.
 */
export async function giveNameAway({ engine, view }: OpenEngine, text: string): Promise<ImageId | null> {
  const { registry, repository, tag, familiar } = parseReference(text);
  // The tag within: Podman takes none beside it.
  const query = { fromSrc: '-', repo: `${registry}/${repository}:${tag ?? 'latest'}` };
  const body = Readable.from([Buffer.alloc(emptyTar)], { objectMode: false });
  await send(engine, 'POST', '/images/create', query, body);
  const { graph } = await view();
  return graph.images.find(({ names }) => names.includes(familiar))?.id ?? null;
}

/** The names that an image has now, in their familiar spelling. Throws what the connection throws. */
async function tagsOf({ connection }: Engine, { id }: ImageNode): Promise<readonly string[]> {
  return familiarNames((await inspectImage(connection, id)).image.RepoTags);
}

async function removeSpareName(engine: Engine, image: ImageNode, name: string): Promise<void> {
  // Asked once more: a name may have gone since, and with the last one the image would go, be it that of another image.
  const tags = await tagsOf(engine, image).catch((thrown: unknown) => {
    throw refusedProblem(engine, thrown);
  });
  if (!tags.includes(name)) throw problem('shown-changed', { what: 'name' });
  if (tags.length < 2) throw problem('engine-last-name', { engine: engine.name, name });
  await send(engine, 'DELETE', `/images/${fullName(name)}`, { noprune: '1' });
}

/** Changes a name: gives the new one, then takes the old one away. Throws as {@link tagEngineImage} and {@link holderShown}. */
export async function renameEngineImage(
  open: OpenEngine,
  from: string,
  to: string,
  shown: ShownNames = {},
): Promise<Named> {
  const old = parseReference(from.trim()).familiar;
  const { graph } = await open.view();
  const image = holderShown(graph, old, shown.image);
  const named = await tagEngineImage(open, image.id, to, shown.holder);
  if (named.name !== old) await removeSpareName(open.engine, image, old);
  return named;
}

/**
 * What removing images of an engine would do; changes nothing. Sizes are unpacked bytes. With `act`, how they would be removed, it
 * throws `engine-image-used` where {@link removeEngineImages} does.
 */
export async function previewEngineRemoval(
  open: OpenEngine,
  selection: RemovalSelection,
  act: Pick<RemovalOptions, 'force'> | null = null,
): Promise<RemovalPreview> {
  const { graph, closures } = await open.view();
  checkSelection(graph, selection);
  if (act) checkUnusedThere(open.engine, planRemoval(graph, selection).images, act);
  return previewRemoval(graph, closures, selection);
}

/** Images without a name that no container uses: what a prune takes. */
function prunableOf({ graph }: EngineView): readonly ImageId[] {
  return graph.images
    .filter(({ names, containers }) => names.length === 0 && containers.length === 0)
    .map(({ id }) => id);
}

/** What a prune of an engine would do; changes nothing. */
export async function previewEnginePrune(open: OpenEngine): Promise<RemovalPreview> {
  const view = await open.view();
  return previewRemoval(view.graph, view.closures, { images: prunableOf(view), names: [] });
}

/** Removes of what a person was shown the images that a prune takes still. Throws as {@link removeEngineImages}. */
export async function pruneEngineImages(
  open: OpenEngine,
  run: Run,
  shown: ShownRemoval,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  run.report({ phase: 'removing', done: 0, total: null });
  const view = await open.view();
  const images = shownOf(prunableOf(view), shown);
  return { ...(await removeOf(open, view, { images, names: [] }, { force: false }, run)), kind: 'prune' };
}

/**
 * Removes images of an engine with all of their names, and single names, one after the other. An image that containers use
 * is refused before anything is removed; with `force` Docker removes one whose containers are all stopped. Podman would
 * remove the containers with it, so it is never forced. What the engine refuses is explained. With `shown`, what a person has
 * confirmed, nothing else goes. Throws `engine-image-used`, `engine-image-has-children`, `engine-refused`, `shown-changed`.
 */
export async function removeEngineImages(
  open: OpenEngine,
  selection: RemovalSelection,
  options: RemovalOptions,
  run: Run,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  run.report({ phase: 'removing', done: 0, total: null });
  return removeOf(open, await open.view(), selection, options, run);
}

/** Throws `engine-image-used` for the first image that containers use; with `force` Docker removes one whose are all stopped. */
function checkUnusedThere(
  engine: Engine,
  images: readonly ImageNode[],
  { force }: Pick<RemovalOptions, 'force'>,
): void {
  const canForce = engine.kind === 'docker';
  for (const { containers, ...image } of images) {
    const active = containers.some((use) => use.active);
    if (containers.length === 0 || (force && canForce && !active)) continue;
    throw problem('engine-image-used', {
      engine: engine.name,
      name: displayName(image),
      containers: containers.map(({ name }) => name).join(', '),
      active,
      force: canForce && !active,
    });
  }
}

interface RemovalOptions {
  readonly force: boolean;
  readonly shown?: ShownRemoval;
}

/** The same, by a view of the engine that was just read. */
async function removeOf(
  { engine, view }: OpenEngine,
  before: EngineView,
  selection: RemovalSelection,
  options: RemovalOptions,
  run: Run,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  checkSelection(before.graph, selection);
  const plan = planRemoval(before.graph, selection);
  if (options.shown && !isShown(options.shown, plan)) throw problem('shown-changed', { what: 'images' });
  checkUnusedThere(engine, plan.images, options);
  const remove = async (image: ImageNode, word: string, force: boolean): Promise<void> => {
    if (run.signal.aborted) throw problem('cancelled', {});
    try {
      const query = force ? { force: '1' } : {};
      const request = { method: 'DELETE' as const, path: `/images/${word}`, query, patience: null };
      await engine.connection.json(request, removedList);
    } catch (thrown) {
      if (thrown instanceof EngineRefusal && thrown.status === 404) return;
      throw await removalRefusal(engine, displayName(image), thrown);
    }
  };
  /** A name that another image has been given meanwhile would take that one with it. */
  const isNamed = async (image: ImageNode, name: string): Promise<boolean> => {
    if (name.includes('@')) return true;
    try {
      return (await tagsOf(engine, image)).includes(name);
    } catch (thrown) {
      if (thrown instanceof EngineRefusal && thrown.status === 404) return false;
      throw refusedProblem(engine, thrown);
    }
  };
  for (const name of plan.untagged) {
    const image = before.graph.images.find(({ names }) => names.includes(name));
    if (image) await removeSpareName(engine, image, name);
  }
  for (const image of plan.images) {
    const force = options.force && image.containers.length > 0;
    if (image.names.length === 0) await remove(image, image.id, force);
    for (const [i, name] of image.names.entries())
      if (await isNamed(image, name))
        await remove(image, fullName(name), force && i === image.names.length - 1);
  }
  const after = await view();
  const left = new Set(after.graph.layers.map(({ chainId }) => chainId));
  const names = new Set(after.graph.images.flatMap((image) => image.names));
  const images = new Set(after.graph.images.map(({ id }) => id));
  const held = new Set(
    plan.images.filter(({ containers }) => containers.length > 0).flatMap((i) => i.layers),
  );
  return {
    kind: 'remove',
    removed: plan.images.filter(({ id }) => !images.has(id)).map(({ id }) => id),
    untagged: [...plan.untagged, ...plan.images.flatMap((image) => image.names)].filter(
      (name) => !names.has(name),
    ),
    freedBytes: before.graph.layers
      .filter(({ chainId }) => !left.has(chainId) && !held.has(chainId))
      .reduce((sum, { size }) => addBytes(sum, size), 0),
  };
}

/** A request that answers nothing that is needed. */
async function send(
  engine: Engine,
  method: 'POST' | 'DELETE',
  path: string,
  query: Readonly<Record<string, string>>,
  body?: Readable,
): Promise<void> {
  const request = { method, path, query, ...(body && { body }) };
  try {
    await engine.connection.text(await engine.connection.stream(request), request, 1 << 20);
  } catch (thrown) {
    throw refusedProblem(engine, thrown);
  }
}
