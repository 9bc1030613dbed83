import { home, isHome, placeKinds } from '../../../shared/ipc/placeKinds';
import type { ActionContext } from '../../actions/ground/context';
import { readStoreView } from '../../actions/images/storeView';
import { heldPlace } from '../heldPlace';
import type { Place, PlacesOfKind } from '../place';

/** The person's own store as a place. */
export function storePlace(context: ActionContext): Place {
  return heldPlace({
    id: home,
    label: home,
    cannot: placeKinds.store.cannot,
    within: async (work) => work(context),
  });
}

/** The person's own store: one place, always there. */
export function homeStore(context: ActionContext): PlacesOfKind {
  return {
    list: async () => {
      // A store that cannot be read is said where its images should be.
      const view = await readStoreView(context).catch(() => null);
      const { directory: address } = context.store;
      const images = view?.graph.images.length ?? null;
      const about = { name: '', word: home, address, problem: null, version: null };
      return [{ id: home, kind: 'store', state: 'ready', images, ...about }];
    },
    watch: ({ imagesChanged }) => context.store.watch(() => imagesChanged(home)),
    find: (id) => (isHome(id) ? storePlace(context) : null),
  };
}
