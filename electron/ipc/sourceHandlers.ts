import type { SourceId } from '../../shared/ipc/source';
import { copyFromEngine } from '../actions/copyFromEngine';
import { pickFromEngine } from '../actions/enginePick';
import { copyToEngine } from '../actions/copyToEngine';
import type { OpenEngine } from '../actions/engineImages';
import { planSave } from '../actions/planArchive';
import { readStoreView } from '../actions/storeView';
import type { EngineHub } from '../engine/engineHub';
import type { Handlers } from './handlerMap';
import type { GraphOffers } from './graphOffers';
import type { HandlerWorld } from './handlerWorld';

type Names = Extract<keyof Handlers, `source.${string}` | `sources.${string}`>;

/** An engine of the hub as the use cases take it. Throws `source-not-found`, or why it cannot be used now. */
export function openOf(engines: EngineHub, source: SourceId): OpenEngine {
  return { engine: engines.engine(source), view: () => engines.view(source) };
}

/** How people know what is copied: its name, or how many where there are several. */
function subjectOf(names: readonly string[], images: number): string {
  return images > 1 ? String(images) : (names[0] ?? '');
}

/** Handlers of the list of sources, of the images of engines, and of copies between them and the store. */
export function createSourceHandlers(world: HandlerWorld, graphs: GraphOffers): Pick<Handlers, Names> {
  const { context, operations, engines } = world;
  return {
    'sources.list': async () => {
      // A store that cannot be read is said where its images should be.
      const view = await readStoreView(context).catch(() => null);
      const store = {
        id: 'store' as const,
        kind: 'store' as const,
        name: '',
        word: 'store',
        address: context.store.directory,
        state: 'ready' as const,
        problem: null,
        version: null,
        images: view?.graph.images.length ?? null,
      };
      return [store, ...engines.list()];
    },
    'source.graph': async ({ source }) => {
      if (source === 'store') return graphs.offer((await readStoreView(context)).graph);
      const { graph, damaged } = await engines.view(source);
      const first = damaged.slice(0, 20).map(({ name, problem }) => ({ name: name.slice(0, 500), problem }));
      return { ...(await graphs.offer(graph)), leftOut: { count: damaged.length, first } };
    },
    'source.copyIn': async ({ source, images }) => {
      const open = openOf(engines, source);
      const pick = pickFromEngine(await open.view(), images);
      return {
        operation: operations.start('copyIn', subjectOf(pick.names, pick.images.length), (run) =>
          copyFromEngine(context, open, images, run),
        ),
      };
    },
    'source.copyOut': async ({ source, images }) => {
      const { engine } = openOf(engines, source);
      const plan = await planSave(context, { what: images, format: 'docker-archive' });
      return {
        operation: operations.start('copyOut', subjectOf(plan.names, plan.images), (run) =>
          copyToEngine(context, engine, images, run),
        ),
      };
    },
  };
}
