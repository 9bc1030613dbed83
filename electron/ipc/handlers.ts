import { refuseOwnStore } from '../place/refuseOwnStore';
import type { OperationResult } from '../../shared/ipc/operation';
import { pasteText } from '../../shared/text/format';
import { undoTime } from '../../shared/ipc/undoTime';
import { cleanUp, collectGarbage, listCleanUp, undoCleanUp } from '../actions/upkeep/cleanUp';
import type { ActionContext, Run } from '../actions/ground/context';
import { readHeld } from '../actions/copy/heldLayers';
import { HeldFiles } from './heldFiles';
import { loadSampleImages } from '../actions/copy/sampleImages';
import { planSave } from '../actions/copy/planArchive';
import { checkFileTarget } from '../actions/target/targetPlace';
import { readStoreView } from '../actions/images/storeView';
import { writeViewFile } from '../actions/target/writeViewFile';
import { basename } from 'node:path';
import { userName, userNumber } from '../store/thisUser';
import { DialogGate, takeDeed } from './dialogGate';
import { savedFileName } from './savedFileName';
import { createPageHandlers } from './pageHandlers';
import { createSourceHandlers } from './sourceHandlers';
import { createStoreHandlers } from './storeHandlers';
import { createSecretHandlers } from './secretHandlers';
import { createWorkspaceHandlers } from './workspaceHandlers';
import { GraphOffers } from './graphOffers';
import { createLayerHandlers } from './layerHandlers';
import { createCompareHandlers } from './compareHandlers';
import type { HandlerWorld } from './handlerWorld';
import { unwatchedRun } from './unwatchedRun';
import type { Handlers } from './handlerMap';

/** One short function a request; the work is in `electron/actions`. */
export function createHandlers(world: HandlerWorld): Handlers {
  const { context, operations, files, places, terminals } = world;
  const graphs = new GraphOffers();
  const heldFiles = new HeldFiles(files);
  const dialogs = new DialogGate(world.person);
  /** What nobody takes back in time is freed; a process that ends earlier leaves it to the next one. */
  const kept = async <T extends OperationResult>(removal: Promise<T>): Promise<T> => {
    const result = await removal;
    setTimeout(() => {
      void collectGarbage(context, { before: Date.now() - undoTime + 1000 }).catch(() => undefined);
    }, undoTime + 1000).unref();
    return result;
  };
  return {
    'app.start': (_input, caller) => ({
      ...world.app(),
      stores: [...world.stores.offered()],
      user: userName() ?? String(userNumber()),
      settings: world.settings.read(),
      operations: [...operations.list()],
      maximized: world.isMaximized(caller),
    }),
    'settings.change': (change) => world.settings.change(withoutUndefined(change)),
    'store.graph': async () => graphs.offer((await readStoreView(context)).graph),
    'graph.piece': ({ token, piece }) => graphs.piece(token, piece),
    'image.inspect': async ({ source, image }) => (await places.of(source)).documents.image(image),
    'layer.inspect': async ({ source, layer }) => (await places.of(source)).documents.layer(layer),
    'image.tag': async ({ source, image, reference, holder, order }) =>
      (await places.part(source, 'names')).tag(image, reference, holder, order),
    'image.untag': async ({ source, image, name }) => (await places.part(source, 'names')).untag(name, image),
    'image.rename': async ({ source, image, from, to, holder }) =>
      (await places.part(source, 'names')).rename(from, to, { image, holder }),
    'images.together': async ({ source, images }) => (await places.of(source)).documents.together(images),
    'images.previewRemoval': async ({ source, ...selection }) =>
      (await places.part(source, 'removal')).preview(selection, { tellsHeld: true }),
    'images.remove': ({ source, force, shown, ...selection }) => ({
      operation: operations.start(
        'remove',
        String(selection.images.length + selection.names.length),
        async (run) =>
          kept((await places.part(source, 'removal')).remove(selection, { force, shown, keep: true }, run)),
        { places: [source] },
      ),
    }),
    'images.previewPrune': async ({ source }) => (await places.part(source, 'removal')).previewPrune(),
    'images.prune': ({ source, shown }) => ({
      operation: operations.start(
        'prune',
        '',
        async (run) => kept((await places.part(source, 'removal')).prune(shown, run, true)),
        { places: [source] },
      ),
    }),
    'archive.choose': (options, caller) =>
      dialogs.pass(caller, async () => files.registerAll(await world.chooseArchives(caller, options))),
    'archive.load': async ({ file, raise }) => {
      const path = files.pathOf(file);
      await operations.room();
      return { operation: world.startLoad(path, file, raise) };
    },
    'archive.look': async ({ file, raise, add }) => {
      const path = files.pathOf(file);
      // What cannot be is said before anything is read.
      refuseOwnStore(path, context.store.directory);
      if (add) await world.list.check({ path });
      await operations.room();
      return { operation: world.startLook(path, file, raise, add) };
    },
    'archive.save': ({ source, what, format, compression, ...has }, caller) =>
      dialogs.pass(caller, async () => {
        const plan = await (await places.of(source)).give.plan({ what, format, compression });
        const target = await world.chooseTarget(caller, savedFileName(plan.names));
        if (target === null) return null;
        await checkFileTarget(target, context.store.directory);
        const subject = plan.images > 1 ? String(plan.images) : (plan.names[0] ?? basename(target));
        const write = async (run: Run): Promise<OperationResult> => {
          const held = (from: ActionContext): ReturnType<typeof readHeld> =>
            readHeld(from, heldFiles.held(has), run, heldFiles.read);
          const request = { what, format, compression, held, target };
          const result = await (await places.of(source)).give.archive(context, request, run);
          return { ...result, token: files.mint(target) };
        };
        const operation = operations.start('save', subject, write, { places: [source] });
        return { operation };
      }),
    'archive.previewSave': ({ source, except, exceptFiles, ...request }) =>
      places.within(source, 'form', async (from) => {
        const has = heldFiles.held({ except, exceptFiles });
        const held = await readHeld(from, has, unwatchedRun(), heldFiles.read);
        const { names: _, listed: __, ...plan } = await planSave(from, { ...request, held });
        return plan;
      }),
    'samples.load': () => ({
      operation: operations.start('samples', '', (run) => loadSampleImages(context, run)),
    }),
    'operation.cancel': ({ operation }) => {
      operations.cancel(operation);
      return null;
    },
    'operation.dismiss': ({ operation }) => {
      operations.dismiss(operation);
      return null;
    },
    'file.show': ({ file }, caller) => {
      const path = files.pathOf(file);
      takeDeed(world.person(caller), 'open');
      world.showFile(path);
      return null;
    },
    'cleanup.list': () => listCleanUp(context),
    'cleanup.start': (request) => ({
      operation: operations.start('cleanup', String(request.images.length), (run) =>
        kept(cleanUp(context, request, run)),
      ),
    }),
    'cleanup.undo': async ({ trash }) => ({ restored: await undoCleanUp(context, trash) }),
    'cleanup.collect': async ({ trash }) => {
      const { freedBytes, keptFor } = await collectGarbage(context, { ids: new Set(trash) });
      return { freedBytes, keptFor };
    },
    'view.write': ({ name, format, bytes }, caller) =>
      dialogs.pass(caller, async () => {
        const target = await world.chooseViewFile(caller, `${name}.${format}`, format);
        if (target === null) return null;
        const written = await writeViewFile(context, target, bytes);
        return { ...written, file: files.mint(target) };
      }),
    'clipboard.write': ({ text }, caller) => {
      // What stands there is pasted into terminals: only who clicked may have it changed.
      takeDeed(world.person(caller), 'copy');
      world.writeClipboard(pasteText(text));
      return null;
    },
    'window.control': ({ action }, caller) => {
      world.controlWindow(caller, action);
      return null;
    },
    ...createStoreHandlers(world, dialogs),
    ...createSourceHandlers(world, graphs, dialogs),
    ...createWorkspaceHandlers(world, dialogs, () => terminals.settled()),
    ...createPageHandlers(world, dialogs, terminals),
    ...createLayerHandlers(world),
    ...createCompareHandlers(world),
    ...createSecretHandlers(world),
  };
}

/** A partial change whose unset members are absent, as `exactOptionalPropertyTypes` wants them. */
function withoutUndefined<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
