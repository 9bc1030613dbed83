import { problem } from '../../shared/image/problem';
import { takeDeed, type DialogGate } from './dialogGate';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlerWorld';

/** Handlers of other stores: one that is chosen in a dialog, or one of those that are offered. */
export function createStoreHandlers(
  world: HandlerWorld,
  dialogs: DialogGate,
): Pick<Handlers, 'store.open' | 'store.offered'> {
  const { stores } = world;
  return {
    'store.offered': () => [...stores.offered()],
    'store.open': async ({ recent }, caller) => {
      if (recent !== null) {
        // The page names no folder: it gives back one that it was offered.
        if (!stores.offered().includes(recent))
          throw problem('request-invalid', { what: 'store', reason: 'file', place: 'recent' });
        takeDeed(world.person(caller), 'open');
        await stores.open(recent, false);
        return { opened: recent, stores: [...stores.offered()] };
      }
      return dialogs.pass(caller, async () => {
        const [chosen] = await world.chooseArchives(caller, { directory: true, purpose: 'store' });
        if (chosen === undefined) return null;
        await stores.open(chosen, true);
        return { opened: chosen, stores: [...stores.offered()] };
      });
    },
  };
}
