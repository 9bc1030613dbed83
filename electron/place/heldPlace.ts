import type { PlaceNeed } from '../../shared/image/problem';
import type { SourceId } from '../../shared/ipc/source';
import type { ActionContext } from '../actions/ground/context';
import { readImageList } from '../actions/images/imageList';
import { readStoreView, type StoreView } from '../actions/images/storeView';
import type { Place, PlaceGive, PlaceNames, PlaceRemoval, PlaceTake, PlaceView } from './place';

/** What a place has to say for itself so that everything else follows. */
export interface HeldPlace {
  readonly id: SourceId;
  readonly label: string;
  /** What of it cannot be had: of `placeKinds`. */
  readonly cannot: readonly PlaceNeed[];
  /** See `PlaceLayers.within`. */
  readonly within: <T>(work: (context: ActionContext) => Promise<T>) => Promise<T>;
}

/** What of a store cannot be read: roots, and entries that are none. */
const unreadOf = ({ damaged, unfit }: Pick<StoreView, 'damaged' | 'unfit'>): PlaceView['damaged'] => [
  ...damaged,
  ...unfit,
];

/**
 * A place of whose images there is a store: every part is a use case of `electron/actions`, as of the person's own store. What is only
 * looked at has no names to change, removes nothing and takes nothing. Use cases are loaded when they are asked for: a command needs one or two.
 */
export function heldPlace({ id, label, cannot, within }: HeldPlace): Place {
  const isWritten = !cannot.includes('write');
  return {
    id,
    label,
    cannot,
    view: () =>
      within(async (held) => {
        const view = await readStoreView(held);
        return { graph: view.graph, damaged: unreadOf(view) };
      }),
    list: () =>
      within(async (held) => {
        const list = await readImageList(held);
        return { graph: list.graph, damaged: unreadOf(list) };
      }),
    documents: {
      image: (image) => within(async (held) => (await inspecting()).inspectImage(held, image)),
      layer: (layer) => within(async (held) => (await inspectingLayers()).inspectLayer(held, layer)),
      imageDocument: (image) =>
        within(async (held) => (await inspecting()).inspectImageDocument(held, image)),
      layerDocument: (layer) =>
        within(async (held) => (await inspectingLayers()).inspectLayerDocument(held, layer)),
      together: (images) => within(async (held) => (await removing()).togetherIn(held, images)),
      history: (image) => within(async (held) => (await inspecting()).historyOf(held, image)),
    },
    give: giveOf({ label, within }),
    layers: { within },
    names: isWritten ? namesOf(within) : null,
    removal: isWritten ? removalOf(within) : null,
    take: isWritten ? takeOf(within) : null,
  };
}

type Within = HeldPlace['within'];

const inspecting = () => import('../actions/images/inspectImage');
const inspectingLayers = () => import('../actions/images/inspectLayer');
const naming = () => import('../actions/images/tagImages');
const removing = () => import('../actions/images/removeImages');
const pruning = () => import('../actions/images/pruneImages');
const planning = () => import('../actions/copy/planArchive');

function giveOf({ label, within }: Pick<HeldPlace, 'label' | 'within'>): PlaceGive {
  return {
    plan: (request) =>
      within(async (from) => {
        const { planSave } = await planning();
        const { images, names } = await planSave(from, { format: 'oci-archive', ...request });
        return { images, names };
      }),
    into: (store, request, run) =>
      within(async (from) => {
        const { copyToStore } = await import('../actions/copy/copyToStore');
        return { ...(await copyToStore(from, store, { ...request, label }, run)), kind: 'copyIn' };
      }),
    lend: (_tools, _request, _run, work) => within(work),
    archive: (_tools, { held, format = 'docker-archive', ...request }, run) =>
      within(async (from) => {
        const { saveImages } = await import('../actions/copy/saveImages');
        const has = await held?.(from);
        return saveImages(from, { ...request, format, ...(has && { held: has }) }, run);
      }),
  };
}

function namesOf(within: Within): PlaceNames {
  return {
    tag: (image, reference, holder, order) =>
      within(async (held) => (await naming()).tagImage(held, image, reference, holder, order)),
    untag: (name, shown) => within(async (held) => (await naming()).untagImage(held, name, shown)),
    rename: (from, to, shown) => within(async (held) => (await naming()).renameImage(held, from, to, shown)),
  };
}

function removalOf(within: Within): PlaceRemoval {
  const choice = { all: false };
  return {
    preview: (selection, { tellsHeld } = {}) =>
      within(async (held) => (await removing()).previewRemove(held, selection, tellsHeld)),
    remove: (selection, { shown, keep }, run) =>
      within(async (held) => (await removing()).removeImages(held, selection, run, shown, keep)),
    previewPrune: () => within(async (held) => (await pruning()).previewPrune(held, choice)),
    prune: (shown, run, keep) =>
      within(async (held) => (await pruning()).pruneImages(held, choice, run, shown, keep)),
  };
}

const takeOf = (within: Within): PlaceTake => ({
  take: (_tools, from, request, run) => within((store) => from.into(store, request, run)),
});
