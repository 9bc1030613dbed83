import type { Settings } from '../../shared/ipc/settings';
import type { RaisedLimit } from './fileLimits';
import type { EventName, EventPayload, RequestOutput, ViewFormat } from '../../shared/ipc/contract';
import type { SourceId } from '../../shared/ipc/source';
import { pasteText } from '../../shared/text/format';
import type { ActionContext } from '../actions/context';
import { cleanUp, collectGarbage, listCleanUp, undoCleanUp, undoTime } from '../actions/cleanUp';
import type { EngineHub } from '../engine/engineHub';
import { pickFromEngine, saveFromEngine } from '../actions/copyFromEngine';
import { inspectEngineImage, inspectEngineLayer } from '../actions/engineDocuments';
import {
  previewEnginePrune,
  previewEngineRemoval,
  pruneEngineImages,
  removeEngineImages,
  renameEngineImage,
  tagEngineImage,
  untagEngineImage,
  type OpenEngine,
} from '../actions/engineImages';
import { readHeld } from '../actions/heldLayers';
import { HeldFiles } from './heldFiles';
import { inspectImage } from '../actions/inspectImage';
import { inspectLayer } from '../actions/inspectLayer';
import { pruneImages, previewPrune } from '../actions/pruneImages';
import { previewRemove, removeImages } from '../actions/removeImages';
import { loadSampleImages } from '../actions/sampleImages';
import { planSave } from '../actions/planArchive';
import { saveImages } from '../actions/saveImages';
import { readStoreView } from '../actions/storeView';
import { writeViewFile } from '../actions/writeViewFile';
import { renameImage, tagImage, untagImage } from '../actions/tagImages';
import { basename } from 'node:path';
import { DialogGate, takeDeed } from './dialogGate';
import type { FileTokens } from './fileTokens';
import type { Operations } from './operations';
import { savedFileName } from './savedFileName';
import type { Terminals } from '../run/terminals';
import { createPageHandlers } from './pageHandlers';
import { createSourceHandlers, openOf } from './sourceHandlers';
import { createSecretHandlers } from './secretHandlers';
import { createWorkspaceHandlers } from './workspaceHandlers';
import { GraphOffers } from './graphOffers';
import { createLayerHandlers } from './layerHandlers';
import { createCompareHandlers } from './compareHandlers';
import { unwatchedRun } from './unwatchedRun';
import type { Caller, Handlers } from './handlerMap';
import type { PasteQuestion, TerminalQuestion } from './terminalGate';
import type { TypedInput } from './typedInput';

/** What archives are asked for. */
export interface ArchiveChoice {
  /** One folder instead of files. */
  readonly directory: boolean;
  /** To load them, or to say what the target of a save has; then a list of layers will do, too. */
  readonly purpose: 'load' | 'held';
}

/** What the handlers need of the world; the parts that touch Electron are functions, so that this file does not. */
export interface HandlerWorld {
  readonly context: ActionContext;
  readonly operations: Operations;
  readonly engines: EngineHub;
  readonly files: FileTokens;
  readonly terminals: Terminals;
  /** Starts loading a path; the token is for "Try again", `raise` holds for the token from now on. */
  readonly startLoad: (path: string, retryToken: string, raise?: RaisedLimit) => string;
  readonly app: () => Pick<
    RequestOutput<'app.start'>,
    'version' | 'platform' | 'locale' | 'storePath' | 'windowButtons'
  >;
  readonly settings: { read(): Settings; change(change: Partial<Settings>): Settings };
  readonly chooseArchives: (caller: Caller, options: ArchiveChoice) => Promise<readonly string[]>;
  readonly chooseTarget: (caller: Caller, suggestion: string) => Promise<string | null>;
  /** Asks where to copy one file or folder to; null when it was dismissed. */
  readonly chooseCopy: (caller: Caller, suggestion: string) => Promise<string | null>;
  /** Asks where to write a view's picture or data to; null when it was dismissed. */
  readonly chooseViewFile: (caller: Caller, suggestion: string, format: ViewFormat) => Promise<string | null>;
  /** Asks in a native dialog whether a terminal may reach beyond its container. */
  readonly askTerminal: (caller: Caller, question: TerminalQuestion) => Promise<boolean>;
  /** Asks there whether a text may be pasted into such a terminal. */
  readonly askPaste: (caller: Caller, question: PasteQuestion) => Promise<boolean>;
  /** What the person really did in the caller's window. */
  readonly person: (caller: Caller) => Pick<TypedInput, 'active' | 'use' | 'take'>;
  /** Calls back when a page has ended or begins anew: nothing shows any more what it had open. */
  readonly onPageGone: (listener: (caller: Caller) => void) => void;
  readonly showFile: (path: string) => void;
  /** Opens a folder in the file manager. */
  readonly openFolder: (path: string) => Promise<void>;
  /** Sends an event to every window. */
  readonly send: <N extends EventName>(name: N, payload: EventPayload<N>) => void;
  readonly writeClipboard: (text: string) => void;
  readonly readClipboard: () => Promise<string>;
  readonly isMaximized: (caller: Caller) => boolean;
  readonly controlWindow: (caller: Caller, action: 'minimize' | 'maximize' | 'close') => void;
}

/** One short function a request; the work is in `electron/actions`. */
export function createHandlers(world: HandlerWorld): Handlers {
  const { context, operations, files, engines, terminals } = world;
  const graphs = new GraphOffers();
  const heldFiles = new HeldFiles(files);
  const dialogs = new DialogGate(world.person);
  /** Does something with an engine or with the store, as `source` says. */
  const at = async <T>(
    source: SourceId,
    withEngine: (open: OpenEngine) => Promise<T>,
    withStore: () => Promise<T>,
  ): Promise<T> => (source === 'store' ? withStore() : withEngine(openOf(engines, source)));
  return {
    'app.start': (_input, caller) => ({
      ...world.app(),
      settings: world.settings.read(),
      operations: [...operations.list()],
      maximized: world.isMaximized(caller),
    }),
    'settings.change': (change) => world.settings.change(withoutUndefined(change)),
    'store.graph': async () => graphs.offer((await readStoreView(context)).graph),
    'graph.piece': ({ token, piece }) => graphs.piece(token, piece),
    'image.inspect': ({ source, image }) =>
      at(
        source,
        (open) => inspectEngineImage(open, image),
        () => inspectImage(context, image),
      ),
    'layer.inspect': ({ source, layer }) =>
      at(
        source,
        (open) => inspectEngineLayer(open, layer),
        () => inspectLayer(context, layer),
      ),
    'image.tag': ({ source, image, reference, holder }) =>
      at(
        source,
        (open) => tagEngineImage(open, image, reference, holder),
        () => tagImage(context, image, reference, holder),
      ),
    'image.untag': ({ source, image, name }) =>
      at(
        source,
        (open) => untagEngineImage(open, name, image),
        () => untagImage(context, name, image),
      ),
    'image.rename': ({ source, image, from, to, holder }) =>
      at(
        source,
        (open) => renameEngineImage(open, from, to, { image, holder }),
        () => renameImage(context, from, to, { image, holder }),
      ),
    'images.previewRemoval': ({ source, evenUsed, ...selection }) =>
      at(
        source,
        (open) => previewEngineRemoval(open, selection),
        () => previewRemove(context, selection, { evenUsed }),
      ),
    'images.remove': ({ source, force, shown, ...selection }) => ({
      operation: operations.start('remove', String(selection.images.length + selection.names.length), (run) =>
        at(
          source,
          (open) => removeEngineImages(open, selection, { force, shown }, run),
          () => removeImages(context, selection, run, shown),
        ),
      ),
    }),
    'images.previewPrune': ({ source }) =>
      at(
        source,
        (open) => previewEnginePrune(open),
        () => previewPrune(context, { all: false }),
      ),
    'images.prune': ({ source, shown }) => ({
      operation: operations.start('prune', '', (run) =>
        at(
          source,
          (open) => pruneEngineImages(open, run, shown),
          () => pruneImages(context, { all: false }, run, shown),
        ),
      ),
    }),
    'archive.choose': (options, caller) =>
      dialogs.pass(caller, async () => files.registerAll(await world.chooseArchives(caller, options))),
    'archive.load': async ({ file, raise }) => {
      const path = files.pathOf(file);
      await operations.room();
      return { operation: world.startLoad(path, file, raise) };
    },
    'archive.save': ({ source, what, format, compression, ...has }, caller) =>
      dialogs.pass(caller, async () => {
        const plan = await at(
          source,
          async (open) => {
            const { images, names } = pickFromEngine(await open.view(), what);
            return { images: images.length, names };
          },
          () => planSave(context, { what, format, compression }),
        );
        const target = await world.chooseTarget(caller, savedFileName(plan.names));
        if (target === null) return null;
        const subject = plan.images > 1 ? String(plan.images) : (plan.names[0] ?? basename(target));
        const operation = operations.start('save', subject, async (run) => {
          const result = await at(
            source,
            (open) => saveFromEngine(context, open, { what, target }, run),
            async () => {
              const held = await readHeld(context, heldFiles.held(has), run, heldFiles.read);
              return saveImages(context, { what, format, compression, held, target }, run);
            },
          );
          return result.kind === 'save' ? { ...result, token: files.mint(target) } : result;
        });
        return { operation };
      }),
    'archive.previewSave': async ({ except, exceptFiles, ...request }) => {
      const held = await readHeld(
        context,
        heldFiles.held({ except, exceptFiles }),
        unwatchedRun(),
        heldFiles.read,
      );
      const { names: _, ...plan } = await planSave(context, { ...request, held });
      return plan;
    },
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
      operation: operations.start('cleanup', String(request.images.length), async (run) => {
        const result = await cleanUp(context, request, run);
        // What nobody takes back in time is freed; a process that ends earlier leaves it to the next one.
        setTimeout(() => {
          void collectGarbage(context, { before: Date.now() - undoTime + 1000 }).catch(() => undefined);
        }, undoTime + 1000).unref();
        return result;
      }),
    }),
    'cleanup.undo': async ({ trash }) => ({ restored: await undoCleanUp(context, trash) }),
    'cleanup.collect': async ({ trash }) => ({
      freedBytes: (await collectGarbage(context, { ids: new Set(trash) })).freedBytes,
    }),
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
    ...createSourceHandlers(world, graphs),
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
