import type { PlaceNeed } from '../image/problem';

/**
 * The store; an engine: `engine-` and 16 hex digits made from its address; an archive or a layout folder that is looked at where it
 * lies: `opened-` and as many made from its path.
 */
export type SourceId = 'store' | `engine-${string}` | `opened-${string}`;

/** What every place of a kind is known by, and what it cannot do, before anybody asks it to. */
interface PlaceKind {
  /** The form of the IDs of its places. */
  readonly ids: RegExp;
  readonly cannot: readonly PlaceNeed[];
}

/** The list of kinds. Whoever wants to know what a place can do asks here, and never what it is called. */
export const placeKinds = {
  store: { ids: /^store$/, cannot: [] },
  engine: { ids: /^engine-[0-9a-f]{16}$/, cannot: ['mount', 'inside', 'make', 'form', 'lastName'] },
  opened: { ids: /^opened-[0-9a-f]{16}$/, cannot: ['write', 'target', 'mount', 'make'] },
} as const satisfies Readonly<Record<string, PlaceKind>>;

/** The kinds by their names in the list. */
export type PlaceKindName = keyof typeof placeKinds;

const kinds: readonly PlaceKind[] = Object.values(placeKinds);

/** The ID of the person's store: where images are made, and where what is copied in goes. */
export const home = 'store';

/** Whether it is the person's own store. */
export const isHome = (id: SourceId): boolean => id === home;

/** Whether it is an archive or a layout folder that somebody opened, and that can be closed again. */
export const isOpened = (id: SourceId): boolean => placeKinds.opened.ids.test(id);

/** Whether it is an engine. */
export const isEngine = (id: SourceId): boolean => placeKinds.engine.ids.test(id);

/** Whether images of a place can be had for this; of an ID without a kind nothing can. */
export function placeCan(id: SourceId, need: PlaceNeed): boolean {
  const kind = kinds.find(({ ids }) => ids.test(id));
  return kind !== undefined && !kind.cannot.includes(need);
}
