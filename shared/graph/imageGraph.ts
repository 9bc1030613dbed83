import type { Brings } from '../layer/brings';
import type { ChainId, DiffId, Digest, ImageId } from '../image/digest';
import type { Compression } from '../image/mediaType';

/**
 * A store or an engine as a graph: plain readonly data that crosses to the renderer whole. Layers are keyed by chain ID
 * and form a forest by `parent`; images point at their top layer. All sizes are bytes as `sizes` says, unless a name says
 * otherwise.
 */
export interface ImageGraph {
  readonly source: GraphSource;
  /** `stored`: bytes of blobs as they lie on disk. `unpacked`: bytes of files as an engine counts them. */
  readonly sizes: 'stored' | 'unpacked';
  /** Changes whenever the store's index changes; equal revisions mean equal graphs. */
  readonly revision: string;
  readonly images: readonly ImageNode[];
  readonly layers: readonly LayerNode[];
  /** Bytes of all blobs that images reach, each counted once. */
  readonly storedBytes: number;
  /** What the images would take if nothing were shared. */
  readonly unsharedBytes: number;
}

/** Whose images a graph shows. */
export type GraphSource =
  | { readonly kind: 'store' }
  | { readonly kind: 'engine'; readonly engine: 'docker' | 'podman'; readonly name: string };

/** A layer in its place: a diff on top of its parents. */
export interface LayerNode {
  readonly chainId: ChainId;
  readonly parent: ChainId | null;
  readonly diffId: DiffId;
  /**
   * Blobs that hold this layer (more than one where it is stored in two compressions). An engine has one a layer, named by
   * the chain ID: it keeps layers unpacked, each once.
   */
  readonly blobs: readonly LayerBlob[];
  /** Sum of the sizes of those `blobs` that are there. */
  readonly size: number;
  /** Bytes of the uncompressed tar; null when the layer's facts are not known. */
  readonly tarSize: number | null;
  /** Where most of its bytes lie, where its files have been listed: what a layer is called by of which no step says anything. */
  readonly brings?: Brings | undefined;
  /** The history step that made it: the command as recorded, `''` where none is. */
  readonly createdBy: string;
  readonly comment: string;
  readonly author: string;
  /** ISO date as recorded, null where none or zero. */
  readonly created: string | null;
  /**
   * History steps without a layer that come right after this layer and before the next, oldest first: those with which every image goes
   * on that has it. What an image built on it says further is that image's.
   */
  readonly emptySteps: readonly HistoryStep[];
  /** Some image says further steps, or others: see its own history. */
  readonly stepsDiffer?: true | undefined;
  /** Number of images whose chain holds this layer. */
  readonly imageCount: number;
}

/** How a layer was made, as a history has it. */
export type LayerStep = Pick<LayerNode, 'createdBy' | 'comment' | 'author' | 'created'>;

/** The stored forms of a layer that an image's own manifests name. */
export interface OwnForm {
  readonly blobs: readonly Digest[];
  /** Bytes of those that are there and that no layer below in the image has counted. */
  readonly size: number;
}

/** A stored form of a layer. */
export interface LayerBlob {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly compression: Compression | null;
  /**
   * There where the store has it not: a layer that may be left where it came from. `size` is what it would have, and
   * counts nowhere; `urls` say where it was, and are never fetched.
   */
  readonly missing?: { readonly urls: readonly string[] } | undefined;
  /** Its bytes are encrypted: it is stored and counted, and its files cannot be read. */
  readonly encrypted?: true | undefined;
}

/** Bytes that a blob takes where the graph's images are: none while it is somewhere else. Every sum of blobs asks here. */
export const blobBytes = ({ size, missing }: Pick<LayerBlob, 'size' | 'missing'>): number =>
  missing === undefined ? size : 0;

/** In how many forms a layer is stored here: plain, and packed in another way, say. */
export const storedForms = ({ blobs }: Pick<LayerNode, 'blobs'>): number =>
  blobs.filter(({ missing }) => missing === undefined).length;

/** Whether the files of a layer can be read from a blob. */
export const isReadable = ({ missing, encrypted }: LayerBlob): boolean =>
  missing === undefined && encrypted !== true;

/** A step of an image's history (OCI image-spec, config.md "history"). */
export interface HistoryStep {
  readonly createdBy: string;
  readonly created: string | null;
  readonly author: string;
  readonly comment: string;
  readonly empty: boolean;
}

/** An image: a config digest with the names that point at it. */
export interface ImageNode {
  readonly id: ImageId;
  /** Familiar names (`rig/tiny:1.0`), the first given first, the others sorted; empty for a dangling image. */
  readonly names: readonly string[];
  /** Roots that names stand for where they are not the first manifest: an index of platforms, say. See `nameDigest`. */
  readonly nameRoots?: Readonly<Record<string, Digest>> | undefined;
  /** Digests of the manifests with this config, the preferred one first; an engine's image has its own ID here. */
  readonly manifests: readonly Digest[];
  /** Digests of the index.json descriptors that reach it; differs from `manifests` for multi-platform images. */
  readonly roots: readonly Digest[];
  /** Chain IDs from the base up. */
  readonly layers: readonly ChainId[];
  /** Chain ID of the top layer; null for an image without layers. */
  readonly top: ChainId | null;
  /** What its own history says of layers of which the graph says something else: there the image that came first speaks. */
  readonly steps?: Readonly<Record<ChainId, LayerStep>> | undefined;
  /**
   * Layers of which the store has other forms than those that its own manifests name, or that it has twice: what they are
   * in this image. `ownLayer` applies it.
   */
  readonly forms?: Readonly<Record<ChainId, OwnForm>> | undefined;
  readonly created: string | null;
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
  /** By root that is an index: its platform as the descriptor there has it, where that is not the config's; '' where it has none. */
  readonly listed?: Readonly<Record<Digest, string>> | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels of megabytes are shortened here: see `heldLabels`. */
  readonly labelsCut?: true | undefined;
  /**
   * Bytes of every blob it needs, each once: layers, config, manifest, index. Of an index of several platforms those of the
   * others are not its own.
   */
  readonly size: number;
  /** The part of `size` that stays when its roots go, since other roots need it too. */
  readonly shared: number;
  /** The part of `size` that goes with its roots. */
  readonly unique: number;
  /** Other images that share at least one blob with it. */
  readonly sharedWith: number;
  /** Steps of its history: in all, and those without a layer. */
  readonly historySteps: number;
  readonly emptySteps: number;
  /** Containers of an engine that use it, stopped ones too; none in the store. */
  readonly containers: readonly ContainerUse[];
  /**
   * Of an engine's image: the digests that registries know it by, each behind its repository (`rig/tiny@sha256:…`). An engine's ID
   * is none of them, where a store's names stand for digests that it holds itself: see `nameDigest`.
   */
  readonly repoDigests?: readonly string[] | undefined;
}

/** A container that uses an image. */
export interface ContainerUse {
  readonly name: string;
  /** The state in the engine's word: `running`, `exited`, `created`. */
  readonly state: string;
  /** Running or paused: the engine does not let go of its image. */
  readonly active: boolean;
}

/**
 * The image because of which nothing is freed: a document of it is damaged or lost, so that nobody knows what it needs. It stays since
 * it is listed, can be put back from the trash, or carries a workspace.
 */
export interface KeptFor {
  readonly name: string | null;
  /** Null for an entry of the list that is no descriptor. */
  readonly root: Digest | null;
  readonly keeper: 'list' | 'entry' | 'trash' | 'workspace';
}

/** What deleting would do, exactly; made before anything is deleted. */
export interface RemovalPreview {
  /** Images that would go. */
  readonly images: readonly { readonly id: ImageId; readonly names: readonly string[] }[];
  /** Manifests and indexes without a name that would go by themselves, where there are any: their images have others. */
  readonly manifests?: readonly Digest[] | undefined;
  /** Names that would go while their image stays (it has others). */
  readonly untagged: readonly string[];
  /** Bytes of blobs that would be freed. */
  readonly freedBytes: number;
  readonly freedBlobs: number;
  /** Set where something would be freed but for that image. */
  readonly keptFor?: KeptFor | undefined;
  /** Layers that go, with what of them is freed, largest first (at most 50). */
  readonly freed: readonly {
    readonly chainId: ChainId;
    readonly size: number;
    readonly createdBy: string;
  }[];
  /** Bytes of the images' blobs that stay, because others hold them. */
  readonly keptBytes: number;
  /** Layers that stay and who holds them, largest first (at most 50). */
  readonly kept: readonly {
    readonly chainId: ChainId;
    readonly size: number;
    readonly createdBy: string;
    /** Names or short IDs of the images that hold it (at most 8). */
    readonly holders: readonly string[];
    readonly holderCount: number;
    /** Names of containers that hold it (at most 8). */
    readonly containers: readonly string[];
  }[];
  /** Containers that use images that would go. */
  readonly containers: readonly (ContainerUse & { readonly image: ImageId })[];
  /** Images that cannot go while something uses them, with the workspaces and mounts that do, where those are told and not thrown. */
  readonly held?: readonly SkippedImage[] | undefined;
  /** Of a prune: images that it would take if nothing used them, with the workspaces and mounts that do (at most 50). */
  readonly skipped?: readonly SkippedImage[] | undefined;
}

/** An image that stays since something uses it. */
export interface SkippedImage {
  readonly id: ImageId;
  readonly names: readonly string[];
  /** Workspaces, and places where it is mounted (at most 8). */
  readonly usedBy: readonly string[];
}
