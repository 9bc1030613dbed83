import { placeKinds } from '../../../shared/ipc/placeKinds';
import { takenTogether } from '../../../shared/graph/together';
import type { SourceId } from '../../../shared/ipc/source';
import { copyToStore } from '../../actions/copy/copyToStore';
import type { ActionContext } from '../../actions/ground/context';
import { checkSelection } from '../../actions/images/removeImages';
import type { CopyIn, Place } from '../place';
import { copyFromEngine, saveFromEngine } from './copyFromEngine';
import { copyToEngine } from './copyToEngine';
import {
  engineLayerDocument,
  historyOfEngineImage,
  inspectEngineDocument,
  inspectEngineImage,
  inspectEngineLayer,
} from './engineDocuments';
import {
  previewEnginePrune,
  previewEngineRemoval,
  pruneEngineImages,
  removeEngineImages,
  renameEngineImage,
  tagEngineImage,
  untagEngineImage,
  type OpenEngine,
} from './engineImages';
import { pickFromEngine } from './enginePick';
import { throughScratch } from './throughScratch';

/** An engine as a place: it answers for itself, hands out and takes whole images, and lets nobody read a layer. */
export function enginePlace(id: SourceId, open: OpenEngine): Place {
  const { cannot } = placeKinds.engine;
  return {
    id,
    label: open.engine.name,
    cannot,
    view: open.view,
    list: open.view,
    documents: {
      image: (image) => inspectEngineImage(open, image),
      layer: (layer) => inspectEngineLayer(open, layer),
      imageDocument: (image) => inspectEngineDocument(open, image),
      layerDocument: (layer) => engineLayerDocument(open, layer),
      async together(images) {
        const { graph, closures } = await open.view();
        checkSelection(graph, { images, names: [] });
        return takenTogether(graph, closures, images);
      },
      history: (image) => historyOfEngineImage(open, image),
    },
    give: {
      async plan(request) {
        const { images, names } = pickFromEngine(await open.view(), request);
        return { images: images.length, names };
      },
      async into(store, request, run) {
        const { platform = null } = request;
        if (platform === null) return copyFromEngine(store, open, request, run);
        // An engine gives all that it has of a name: what was asked for of that is known when it is here.
        const asked = { ...request, label: open.engine.name };
        const chosen = async (scratch: ActionContext): Promise<CopyIn> => ({
          ...(await copyToStore(scratch, store, asked, run)),
          kind: 'copyIn',
        });
        return throughScratch(store, open, request, chosen, run);
      },
      lend: (tools, request, run, work) => throughScratch(tools, open, request, work, run),
      archive: (tools, request, run) => saveFromEngine(tools, open, request, run),
    },
    layers: null,
    names: {
      tag: (image, reference, holder) => tagEngineImage(open, image, reference, holder),
      untag: (name, shown) => untagEngineImage(open, name, shown),
      rename: (from, to, shown) => renameEngineImage(open, from, to, shown),
    },
    removal: {
      preview: (selection, { force } = {}) =>
        previewEngineRemoval(open, selection, force === undefined ? null : { force }),
      remove: (selection, { force = false, shown }, run) =>
        removeEngineImages(open, selection, { force, ...(shown && { shown }) }, run),
      previewPrune: () => previewEnginePrune(open),
      prune: (shown, run) => pruneEngineImages(open, run, shown),
    },
    take: {
      take: (tools, from, request, run) =>
        from.lend(tools, request, run, (held) => copyToEngine(held, open, request, run)),
    },
  };
}
