import type { Run } from '../../electron/actions/ground/context';
import type { Place, PlacePart, PlacesOfKind } from '../../electron/place/place';
import { parseImageId } from '../../shared/image/digest';
import type { PlaceNeed } from '../../shared/image/problem';
import type { SourceId } from '../../shared/ipc/source';
import type { ImageSpec } from '../setup/imageBuilder';
import { sharedPool } from '../setup/temporary';
import type { Make } from './images';

/** A place under test: how it is made to hold images, from outside, and what it comes to hold later. */
export interface TestedPlace {
  readonly kind: PlacesOfKind;
  readonly id: SourceId;
  /** Has it hold these images beside what it holds, as somebody else would. */
  add(images: readonly ImageSpec[]): Promise<void>;
  /** Damages the bytes of a layer, where they can be reached from outside. */
  damage?(): Promise<void>;
  close(): Promise<void>;
}

/** A kind of place: how one with these images is made, and what it can do: the only thing in which kinds differ. */
export interface TestedKind {
  readonly name: string;
  readonly cannot: readonly PlaceNeed[];
  /** Whether somebody can get at the bytes of its layers, so that they have to be checked. */
  readonly canBeDamaged: boolean;
  /** What images are in a form that has no configs of its own; where nothing is said, what they are built as. */
  readonly make?: Make;
  readonly open: (images: readonly ImageSpec[]) => Promise<TestedPlace>;
}

/** The place that the tests of one kind work on, in their order: it is open while they run. */
export interface UnderTest {
  readonly cannot: readonly PlaceNeed[];
  readonly make: Make;
  readonly lacks: (part: PlacePart) => boolean;
  readonly tested: () => TestedPlace;
  /** The place as it was found at first. */
  readonly place: () => Place;
  /** The place, found anew. */
  readonly find: () => Place;
}

/** What copies need of the process. */
export const tools = { pool: sharedPool() };

/** The ID of an image that nobody has. */
export const unknown = parseImageId(`sha256:${'e'.repeat(64)}`);

/** A run that is cancelled as soon as it says that it is under way. */
export function cancelled(): Run {
  const abort = new AbortController();
  return { signal: abort.signal, report: ({ phase }) => phase !== 'starting' && abort.abort() };
}
