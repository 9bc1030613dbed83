import type { ImageGraph } from '../../shared/graph/imageGraph';
import type { Problem } from '../../shared/image/problem';
import type { SourceId, SourceInfo } from '../../shared/ipc/source';
import type { ActionContext } from '../actions/ground/context';
import type { OpenEngine } from './engine/engineImages';

/**
 * A **place** is where images are: the person's store, an engine, an archive or a layout folder that is looked at where it lies. Whoever
 * wants something of images asks the place for the part that he needs, and never what kind it is.
 *
 * | part     | what it promises                                                  | who has it                           |
 * | -------- | ----------------------------------------------------------------- | ------------------------------------ |
 * | about    | `id`, `kind`, `name`, `word`, `address`, `state`, `problem`, …    | every place (`SourceInfo`)           |
 * | `view`   | its images and layers as one graph; cheap to ask again            | every place                          |
 * | `within` | a store of its images (`ActionContext`), while something is done  | what has layers: store, opened ones  |
 * | `engine` | the engine's own answers about its images                         | engines                              |
 *
 * A place has either `within` or `engine`. What has a store goes through every use case of `electron/actions` as the store itself does:
 * documents and layers are read by digest and verified on the way, names and removal go through its index. What such a
 * store cannot do it refuses by itself (`place-cannot`, before anything is touched), and everybody knows it before: `placeCan` in
 * `shared/ipc/placeKinds.ts` is the one list of kinds and of what they cannot.
 */
export type Place = HeldPlace | EnginePlace;

interface AnyPlace {
  readonly id: SourceId;
  /** What people call it. */
  readonly label: string;
  /**
   * The images as they are now; the same object while nothing changed. Throws what reading the documents comes to (`store-damaged`,
   * `document-invalid`, `place-changed`), and of an engine what its connection does (`engine-not-running`, `engine-refused`).
   */
  view(): Promise<PlaceView>;
}

/** A place whose layers lie where they can be read. */
export interface HeldPlace extends AnyPlace {
  /**
   * Does something with the images as a store has them; what it stands on stays until `work` has ended, even if the place is closed or
   * changes meanwhile. Throws what `work` throws; `place-cannot` where that wants to write to what is only looked at.
   */
  within<T>(work: (context: ActionContext) => Promise<T>): Promise<T>;
  readonly engine?: undefined;
}

/** A place that answers for itself, and hands out whole images. */
export interface EnginePlace extends AnyPlace {
  readonly engine: OpenEngine;
  readonly within?: undefined;
}

/** The images of a place, and those of it that cannot be read: they are not in the graph. */
export interface PlaceView {
  readonly graph: ImageGraph;
  readonly damaged: readonly { readonly name: string; readonly problem: Problem }[];
}

/** The places of one kind. A new kind is one of these, in a folder of its own, and a line in the list that `Places` is made with. */
export interface PlacesOfKind {
  /** Those that are listed now, in their order, with how they are. */
  list(): Promise<readonly SourceInfo[]> | readonly SourceInfo[];
  /** The place of an ID; null where it is none of this kind. Throws why it cannot be used now. */
  find(id: SourceId): Place | null;
}
