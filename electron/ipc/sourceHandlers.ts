import { problem } from '../../shared/image/problem';
import { home } from '../../shared/ipc/placeKinds';
import type { SourceId } from '../../shared/ipc/source';
import type { Run } from '../actions/ground/context';
import { copyImages } from '../place/copyImages';
import { partOf } from '../place/partOf';
import { addedEngine } from '../place/sourceList';
import type { DialogGate } from './dialogGate';
import type { Handlers } from './handlerMap';
import type { GraphOffers } from './graphOffers';
import type { HandlerWorld } from './handlerWorld';

type Names = Extract<keyof Handlers, `source.${string}` | `sources.${string}`>;

/** A copy between two places. */
interface Copy {
  readonly from: SourceId;
  readonly to: SourceId;
  readonly images: readonly string[];
  readonly kind: 'copyIn' | 'copyOut';
}

/** Handlers of the list of places, of their images, and of copies between them. */
export function createSourceHandlers(
  world: HandlerWorld,
  graphs: GraphOffers,
  dialogs: DialogGate,
): Pick<Handlers, Names> {
  const { context, operations, places, opened, list } = world;
  const copy = async ({ from, to, images, kind }: Copy): Promise<{ operation: string }> => {
    if (from === to) throw problem('request-invalid', { what: 'source', reason: 'value', place: 'source' });
    const ends = { from: await places.of(from), to: await places.of(to) };
    // What cannot be is said before anything is begun.
    partOf(ends.to, 'take');
    const { names } = await ends.from.give.plan({ what: images });
    const subject = images.length > 1 ? String(images.length) : (names[0] ?? '');
    const work = (run: Run): ReturnType<typeof copyImages> =>
      copyImages(context, ends, { what: images }, run);
    const about = { places: [from, to], ...(kind === 'copyOut' && { engine: ends.to.label }) };
    return { operation: operations.start(kind, subject, work, about) };
  };
  return {
    'sources.list': async () => [...(await places.list())],
    'sources.add': async ({ what }, caller) => {
      if ('source' in what) {
        await list.add({ path: opened.pathOf(what.source) });
        return true;
      }
      return dialogs.pass(caller, async () => {
        // What is no address is refused in the dialog, before anybody is asked about it.
        const added = await addedEngine(what.address, { missing: 'refused' });
        await list.check(added);
        // What is in the store can be copied to an engine: a page alone names none.
        if (!(await world.askEngine(caller, added.address))) return false;
        await list.add(added);
        return true;
      });
    },
    'sources.check': async () => {
      await list.checkWhole();
      return null;
    },
    'sources.remove': async ({ source }) => {
      await list.remove(source);
      return null;
    },
    'source.graph': async ({ source }) => {
      const { graph, damaged } = await (await places.of(source)).view();
      const first = damaged.slice(0, 20).map(({ name, digest = '', problem: why }) => ({
        name: (name ?? digest).slice(0, 500),
        problem: why,
      }));
      return { ...(await graphs.offer(graph)), leftOut: { count: damaged.length, first } };
    },
    'source.copyIn': async ({ source, images }) => copy({ from: source, to: home, images, kind: 'copyIn' }),
    'source.copyOut': async ({ source, from, images }) => copy({ from, to: source, images, kind: 'copyOut' }),
    'source.open': async ({ source }) => {
      await opened.ready(source);
      return null;
    },
    'source.close': ({ source }) => {
      opened.close(source);
      return null;
    },
  };
}
