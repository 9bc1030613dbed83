import type { Writable } from 'node:stream';
import type { ChainId, ImageId } from '../../shared/image/digest';
import type { PlaceNeed, Problem } from '../../shared/image/problem';
import type { ImageGraph, RemovalPreview } from '../../shared/graph/imageGraph';
import type { RemovalSelection } from '../../shared/graph/sharing';
import type { Together } from '../../shared/graph/together';
import type { ShownRemoval } from '../../shared/graph/shown';
import type { ImageDetail, LayerDetail } from '../../shared/ipc/detail';
import type { OperationResult } from '../../shared/ipc/operation';
import type { SourceId, SourceInfo } from '../../shared/ipc/source';
import type { HeldLayers } from '../export/imageExport';
import type { ArchiveRequest } from '../actions/copy/planArchive';
import type { ActionContext, Run } from '../actions/ground/context';
import type { Named, ShownNames } from '../actions/images/tagImages';

/**
 * A **place** is where images are: the person's store, an engine, an archive or a layout folder that is looked at where it lies. It
 * is the sum of parts that a use case asks for by need, never by kind:
 *
 * | part        | what it promises                                                          | without it |
 * | ----------- | ------------------------------------------------------------------------- | ---------- |
 * | `view`      | its images and layers as one graph; cheap to ask again                    |            |
 * | `documents` | what is known of an image and of a layer, by digest, verified             |            |
 * | `give`      | whole images, verified on the way: into a store, as a store, as an archive |            |
 * | `layers`    | a store of its images, in which every layer can be read                   | `inside`   |
 * | `names`     | tag, untag, rename                                                        | `write`    |
 * | `removal`   | preview, remove, prune                                                    | `write`    |
 * | `take`      | takes what another place gives, all or nothing                            | `target`   |
 *
 * Changes are told by the kind ({@link PlacesOfKind.watch}). A part that a kind has not is null. Everybody knows it before anything is asked: {@link Place.cannot} comes from the one list
 * of kinds (`shared/ipc/placeKinds.ts`), by which the window's controls say why they cannot be used. What a place tells by itself it is
 * told by (`SourceInfo`): `id`, `kind`, `name`, `word`, `address`, `state`, `problem`, `version`.
 *
 * A place with a store of its images gets all parts from `heldPlace`; one that answers for itself, as an engine does,
 * writes its own. `test/contract/place.ts` holds every kind to all of this.
 */
export interface Place {
  readonly id: SourceId;
  /** What people call it. */
  readonly label: string;
  /** What cannot be had of it. */
  readonly cannot: readonly PlaceNeed[];
  /**
   * The images as they are now; the same object while nothing changed. Throws what reading the documents comes to (`store-damaged`,
   * `document-invalid`, `place-changed`), and of an engine what its connection does (`engine-not-running`, `engine-refused`).
   */
  view(): Promise<PlaceView>;
  /** The images of the view alone: less to read where there are many. Throws as `view`. */
  list(): Promise<PlaceView<Pick<ImageGraph, 'images' | 'source'>>>;
  readonly documents: PlaceDocuments;
  readonly give: PlaceGive;
  readonly layers: PlaceLayers | null;
  readonly names: PlaceNames | null;
  readonly removal: PlaceRemoval | null;
  readonly take: PlaceTake | null;
}

/** The images of a place, and those of it that cannot be read: they are not in the graph. */
export interface PlaceView<Graph = ImageGraph> {
  readonly graph: Graph;
  readonly damaged: readonly {
    readonly name: string | null;
    readonly digest?: string;
    readonly problem: Problem;
  }[];
}

/** Everything that is known of images and layers without their contents. Throws `image-not-found`, `layer-not-found`, and as `view`. */
export interface PlaceDocuments {
  /** What an inspector shows. */
  image(id: ImageId): Promise<ImageDetail>;
  layer(chainId: ChainId): Promise<LayerDetail>;
  /** What `inspect` prints: in Docker's spelling, of an engine what it says itself. */
  imageDocument(id: ImageId): Promise<Readonly<Record<string, unknown>>>;
  layerDocument(chainId: ChainId): Promise<Readonly<Record<string, unknown>>>;
  /** What images take together, and what of it stays without them: for all of them what the view's graph stores. */
  together(images: readonly ImageId[]): Promise<Together>;
  /** The steps that made an image, oldest first, matched to its layers. */
  history(id: ImageId): Promise<ImageDetail['history']>;
}

/** Which images: names or IDs; a name stands for itself, an ID for all names of the image unless `exact`. Of several platforms one, or null: all that can be had. */
export interface GiveRequest extends Pick<ArchiveRequest, 'exact'> {
  readonly what: readonly string[];
  readonly platform?: string | null;
}

/** An archive to be made of images. The form is the place's own where it `cannot` choose the `form`. */
export interface GiveArchive extends GiveRequest, Partial<Pick<ArchiveRequest, 'format' | 'compression'>> {
  /** A file, or a stream that gets the archive once it is whole. */
  readonly target: string | Writable;
  /** A file that holds something stays, whenever it came: `target-there`. */
  readonly keepsOld?: boolean;
  /** Finds out what the one who gets it has already, and what need not travel. */
  readonly held?: (from: ActionContext) => Promise<HeldLayers>;
}

/** What copying needs of the process that asks for it: its threads. */
export type Tools = Pick<ActionContext, 'pool'>;

/**
 * Hands out whole images with their names, configs and layers as they are: IDs stay. Throws `image-not-found`, `platform-not-found`,
 * `blob-damaged`, and what a load throws of what does not arrive as it should.
 */
export interface PlaceGive {
  /** How many images these words mean, and how people know them; nothing is read but the view. */
  plan(request: Omit<GiveArchive, 'target' | 'held'>): Promise<{ images: number; names: readonly string[] }>;
  /** Copies them into a store, verified as they are read, all or nothing; what the store has does not travel. */
  into(store: ActionContext, request: GiveRequest, run: Run): Promise<CopyIn>;
  /** Hands them to `work` as a store, for as long as that takes. Throws what `work` throws. */
  lend<T>(
    tools: Tools,
    request: GiveRequest,
    run: Run,
    work: (context: ActionContext) => Promise<T>,
  ): Promise<T>;
  /** Writes them into an archive, which takes its target's place when it is whole. Throws `file-unwritable`, `disk-full`. */
  archive(tools: ActionContext, request: GiveArchive, run: Run): Promise<Saved>;
}

/** A store of a place's images. */
export interface PlaceLayers {
  /**
   * Does something with the images as a store has them; what it stands on stays until `work` has ended, even if the place is closed or
   * changes meanwhile. Throws what `work` throws; `place-cannot` where that wants to write to what is only looked at.
   */
  within<T>(work: (context: ActionContext) => Promise<T>): Promise<T>;
}

/** Names of images. Whoever shows a person what is there says so (`shown`): anything else is `shown-changed`. */
export interface PlaceNames {
  /**
   * Gives an image a further name; one that another has moves here. Its names stand in `order` then, where the place keeps one. Throws
   * `reference-invalid`, `image-not-found`.
   */
  tag(image: ImageId, reference: string, holder?: ImageId | null, order?: readonly string[]): Promise<Named>;
  /** Takes a name away; the image stays. Throws `name-not-found`, `engine-last-name` where it could not stay. */
  untag(name: string, shown?: ImageId): Promise<{ image: ImageId | null; dangling: boolean }>;
  /** Changes a name into another. Throws as the other two. */
  rename(from: string, to: string, shown?: ShownNames): Promise<Named>;
}

/** How images are removed. */
export interface RemovalOptions {
  /** Also what is in use as far as the place lets one. */
  readonly force?: boolean;
  /** What a person has confirmed: nothing else goes. */
  readonly shown?: ShownRemoval;
  /** So that it can be put back, where the place has a trash: what goes is freed by the garbage collector. */
  readonly keep?: boolean;
}

/** Removal of images and names. What the preview says is what the act does. Throws `image-not-found`, `name-not-found`, `image-in-use`, `shown-changed`. */
export interface PlaceRemoval {
  /** What removing would free and what stays; changes nothing. `tellsHeld`: also where workspaces or mounts are in the way, and which. */
  preview(
    selection: RemovalSelection,
    options?: Pick<RemovalOptions, 'force'> & { readonly tellsHeld?: boolean },
  ): Promise<RemovalPreview>;
  remove(selection: RemovalSelection, options: RemovalOptions, run: Run): Promise<Removed>;
  /** The same for images without a name that nothing uses. */
  previewPrune(): Promise<RemovalPreview>;
  prune(shown: ShownRemoval, run: Run, keep?: boolean): Promise<Removed>;
}

/** Takes images. */
export interface PlaceTake {
  /**
   * Takes what another place gives: asks what it has already, verifies what comes, is all or nothing, and says whether what arrived
   * is what was sent. Throws as {@link PlaceGive}, and what the taker refuses.
   */
  take(tools: Tools, from: PlaceGive, request: GiveRequest, run: Run): Promise<CopyIn | CopyOut>;
}

export type CopyIn = OperationResult & { readonly kind: 'copyIn' | 'load' | 'samples' };
export type CopyOut = OperationResult & { readonly kind: 'copyOut' };
export type Saved = OperationResult & { readonly kind: 'save' };
export type Removed = OperationResult & { readonly kind: 'remove' | 'prune' };

/** The parts that a place may lack. */
export type PlacePart = 'layers' | 'names' | 'removal' | 'take';

/** What cannot be had where a part is missing. */
export const needOfPart: Readonly<Record<PlacePart, PlaceNeed>> = {
  layers: 'inside',
  names: 'write',
  removal: 'write',
  take: 'target',
};

/** Who is told of changes. */
export interface PlaceListener {
  /** The list of places is another, or how one of them is. */
  placesChanged(this: void): void;
  /** The images of one are others: its view is to be asked for again. */
  imagesChanged(this: void, id: SourceId): void;
}

/** The places of one kind. A new kind is one of these, in a folder of its own, and a line in the list that `Places` is made with. */
export interface PlacesOfKind {
  /** Those that are listed now, in their order, with how they are. */
  list(): Promise<readonly SourceInfo[]> | readonly SourceInfo[];
  /** Tells somebody of changes from now on, whoever makes them; returns a function that ends it. */
  watch(listener: PlaceListener): () => void;
  /** The place of an ID; null where it is none of this kind. Throws why it cannot be used now. */
  find(id: SourceId): Place | null;
}
