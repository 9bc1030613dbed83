import { problem } from '../../shared/image/problem';
import { isHome } from '../../shared/ipc/placeKinds';
import { copyFromEngine } from '../place/engine/copyFromEngine';
import { copyToEngine } from '../place/engine/copyToEngine';
import { copyToStore } from '../actions/copy/copyToStore';
import { pickFromEngine } from '../place/engine/enginePick';
import { planSave } from '../actions/copy/planArchive';
import type { Handlers } from './handlerMap';
import type { GraphOffers } from './graphOffers';
import type { HandlerWorld } from './handlerWorld';

type Names = Extract<keyof Handlers, `source.${string}` | `sources.${string}`>;

/** How people know what is copied: its name, or how many where there are several. */
function subjectOf(names: readonly string[], images: number): string {
  return images > 1 ? String(images) : (names[0] ?? '');
}

/** Handlers of the list of places, of their images, and of copies between them. */
export function createSourceHandlers(world: HandlerWorld, graphs: GraphOffers): Pick<Handlers, Names> {
  const { context, operations, places, opened } = world;
  return {
    'sources.list': async () => [...(await places.list())],
    'source.graph': async ({ source }) => {
      const { graph, damaged } = await (await places.of(source)).view();
      const first = damaged.slice(0, 20).map(({ name, problem: why }) => ({
        name: name.slice(0, 500),
        problem: why,
      }));
      return { ...(await graphs.offer(graph)), leftOut: { count: damaged.length, first } };
    },
    'source.copyIn': async ({ source, images }) => {
      const { label } = await places.of(source);
      if (isHome(source))
        throw problem('request-invalid', { what: 'source', reason: 'value', place: 'source' });
      const { names, count } = await places.at(
        source,
        async (open) => {
          const pick = pickFromEngine(await open.view(), images);
          return { names: pick.names, count: pick.images.length };
        },
        async (from) => {
          const plan = await planSave(from, { what: images, format: 'oci-archive' });
          return { names: plan.names, count: plan.images };
        },
      );
      return {
        operation: operations.start('copyIn', subjectOf(names, count), (run) =>
          places.at(
            source,
            (open) => copyFromEngine(context, open, images, run),
            async (from) => ({
              ...(await copyToStore(from, context, { what: images, label }, run)),
              kind: 'copyIn' as const,
            }),
          ),
        ),
      };
    },
    'source.copyOut': async ({ source, from, images }) => {
      const { engine } = await places.of(source);
      if (!engine) throw problem('request-invalid', { what: 'source', reason: 'value', place: 'source' });
      const plan = await places.within(from, 'inside', (giver) =>
        planSave(giver, { what: images, format: 'docker-archive' }),
      );
      return {
        operation: operations.start('copyOut', subjectOf(plan.names, plan.images), (run) =>
          places.within(from, 'inside', (giver) => copyToEngine(giver, engine.engine, images, run)),
        ),
      };
    },
    'source.close': ({ source }) => {
      opened.close(source);
      return null;
    },
  };
}
