import { commitWorkspace } from '../../electron/actions/trees/commitWorkspace';
import type { Run } from '../../electron/actions/ground/context';
import { createContext } from '../../electron/actions/ground/createContext';
import { syncUnpacked } from '../../electron/actions/trees/layerCache';
import { loadImages } from '../../electron/actions/copy/loadImages';
import { openDefaultStore } from '../../electron/actions/ground/openStore';
import { removeImages } from '../../electron/actions/images/removeImages';
import { resolveImage } from '../../electron/actions/images/resolveImage';
import { readStoreView } from '../../electron/actions/images/storeView';
import {
  createWorkspace,
  mountWorkspace,
  removeWorkspace,
  workspaceChanges,
} from '../../electron/actions/trees/workspaces';

/** Our row for the process that stays, as docker's daemon does. */
export const resident = 'stratigraph, resident';

const quiet = (): Run => ({ signal: new AbortController().signal, report: () => undefined });

/**
 * What the window's main process does: one process with the store open, its worker threads started, and the actions that
 * its IPC handlers call. `image` and `made` are names of images; the workspace is always the same.
 */
export async function openResident(directory: string, image: string, made: string) {
  const context = createContext(await openDefaultStore(directory));
  const name = 'bench';
  return {
    load: (archive: string) => loadImages(context, { path: archive, label: 'base.tar' }, quiet()),
    prepare: async (change: (tree: string) => void) => {
      const { graph } = await readStoreView(context);
      await createWorkspace(context, { image: resolveImage(graph, image).image.id, name }, quiet());
      change((await mountWorkspace(context, name, false, quiet())).merged);
    },
    diff: () => workspaceChanges(context, name, quiet()),
    commit: () =>
      commitWorkspace(
        context,
        { workspace: name, reference: made, author: '', message: '', changes: [], paths: null },
        quiet(),
      ),
    clear: async () => {
      // The window does this in the background, after it has answered.
      await syncUnpacked(context);
      await removeWorkspace(context, name);
      await removeImages(context, { images: [], names: [made] }, quiet());
    },
    close: () => context.close(),
  };
}
