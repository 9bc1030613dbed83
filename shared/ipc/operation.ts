import type { KeptFor } from '../graph/imageGraph';
import type { Problem } from '../image/problem';
import type { SourceId } from './placeKinds';

/** The kinds of long work; each has a title in the message catalogue (`operation.<kind>.*`). */
export type OperationKind =
  | 'load'
  | 'save'
  | 'remove'
  | 'prune'
  | 'cleanup'
  | 'samples'
  | 'mount'
  | 'workspace'
  | 'commit'
  | 'squash'
  | 'rewrite'
  | 'import'
  | 'export'
  | 'copy'
  | 'copyIn'
  | 'copyOut'
  | 'look'
  | 'hash';

/** Of a name for several platforms the one that was written, and those that were not. */
export interface OtherPlatforms {
  readonly name: string;
  /** `OS/ARCH[/VARIANT]`, as the others; with the beginning of the image's ID where two are of the same. */
  readonly platform: string;
  readonly others: readonly string[];
}

/** What an operation is doing now; each has a message (`operation.phase.<phase>`). */
export type OperationPhase =
  | 'starting'
  | 'reading'
  | 'images'
  | 'verifying'
  | 'compressing'
  | 'writing'
  | 'committing'
  | 'removing'
  | 'unpacking'
  | 'mounting'
  | 'waiting';

/** Progress of an operation, sent at most ten times a second. */
export interface OperationProgress {
  readonly phase: OperationPhase;
  /** Bytes done and to do, never more than that; `total` null while unknown. */
  readonly done: number;
  readonly total: number | null;
  /** Bytes a second over the last seconds; null until steady. */
  readonly rate: number | null;
  /** Seconds left; null until two seconds have passed and the rate is steady, and when all is done. */
  readonly secondsLeft: number | null;
  /** The layer in hand, where there is one: 1-based, and how many. */
  readonly layer?: number;
  readonly layers?: number;
  /** Who is waited for, in the phase `waiting`: an engine's name. */
  readonly waitsFor?: string;
  /** The image in hand, where images are counted and not bytes: 1-based, and how many. */
  readonly image?: number;
  readonly images?: number;
}

/** What work reports of itself; rate and time left are worked out of it (`progressMeter.ts`). */
export type OperationStep = Omit<OperationProgress, 'rate' | 'secondsLeft'>;

/** A loaded image of which no tree can be made, as Docker and Podman could make none either. */
export interface UnfitImage {
  /** A name of it, or its ID. */
  readonly name: string;
  /** The layer, from the base up, 1-based, and how many there are. */
  readonly layer: number;
  readonly layers: number;
  /** The entry that no tree can have: a hard link to what its layer has not, the root as a file. */
  readonly path: string;
}

/** What was left out of a layer or a copy since there is no place for its kind: sockets, and devices in a copy. */
export interface Unkept {
  readonly count: number;
  /** The first by its path, without a leading slash. */
  readonly first: string;
}

/** What a finished operation gives. */
/**
 * Names that came to another manifest of the image that they name already (other compression, say), each with the digest of the one before,
 * which stays in the list without a name.
 */
export type OtherManifests = readonly { readonly name: string; readonly manifest: string }[];

/** The images that each of the names that moved was of and that are without it now, where there are any. */
export type MovedFrom = readonly { readonly name: string; readonly images: readonly string[] }[];

export type OperationResult =
  | {
      readonly kind: 'load' | 'samples' | 'copyIn';
      /** Images in the archive, with the names they now have. */
      readonly images: readonly {
        readonly id: string;
        readonly names: readonly string[];
        readonly isNew: boolean;
      }[];
      readonly layers: number;
      readonly newLayers: number;
      /** Bytes added to the store. */
      readonly addedBytes: number;
      /** Names that pointed at another image before. */
      readonly movedNames: readonly string[];
      readonly movedFrom?: MovedFrom | undefined;
      /** Images that came in a form of old (before Docker 1.10) and were made into today's. */
      readonly converted: number;
      /** Images of which no tree can be made, where there are any: the first are named. */
      readonly unfit?: readonly UnfitImage[] | undefined;
      /** Members of new layers that are no files (see `LayerFacts.leftOut`), where there are any. */
      readonly leftOut?: number | undefined;
      /** Platforms that an index lists and that were not in the input, where there are any; the first are named. */
      readonly absentPlatforms?: readonly string[] | undefined;
      /** Names in the input that are no references, so that the store has the images without them, where there are any; the first are named. */
      readonly namesLeftOut?: readonly string[] | undefined;
      /** Signatures and other artifacts that are about a manifest which had to be written anew, where there are any. */
      readonly lostReferrers?: number | undefined;
    }
  | {
      readonly kind: 'save';
      readonly images: number;
      readonly layers: number;
      readonly bytes: number;
      /** All names under which the images were written, and the IDs of those without one. */
      readonly listed: readonly string[];
      /** Layers that the target has and that were left out, where there were any, and their bytes. */
      readonly leftOut?: { readonly layers: number; readonly bytes: number } | undefined;
      /** Platforms that a docker-archive has no room for, where there were any. */
      readonly otherPlatforms?: readonly OtherPlatforms[] | undefined;
      /** Names that one platform has in it and others are in it without, where there are any. */
      readonly sharedNames?: readonly OtherPlatforms[] | undefined;
      /** Names that a docker-archive does not take, where there were any. */
      readonly namesLeftOut?: readonly string[] | undefined;
      /** Signatures and other artifacts that the form has no room for, or that are about a document that is not in the archive as they know it, where there are any. */
      readonly lostReferrers?: number | undefined;
      /** Names that another image of the layout that was added to had before, where there were any. */
      readonly movedNames?: readonly string[] | undefined;
      readonly movedFrom?: MovedFrom | undefined;
      readonly otherManifests?: OtherManifests | undefined;
      /** File name without its folder, and a token to show it in the file manager (window only). */
      readonly file: string;
      readonly token: string | null;
    }
  | {
      readonly kind: 'remove' | 'prune';
      readonly removed: readonly string[];
      readonly untagged: readonly string[];
      /** Bytes that were freed; with `trash` those that the garbage collector frees. */
      readonly freedBytes: number;
      /** What puts it back, where that can be. */
      readonly trash?: string | null | undefined;
      /** The image because of which nothing was freed, where there is one. */
      readonly keptFor?: KeptFor | undefined;
    }
  | {
      readonly kind: 'cleanup';
      readonly removed: readonly string[];
      /** What puts the images back; null when none was removed. */
      readonly trash: string | null;
      /** Bytes on disk of the caches that were cleared. */
      readonly cacheBytes: number;
    }
  | {
      readonly kind: 'copyOut';
      /** The engine's name for people. */
      readonly engine: string;
      readonly images: number;
      readonly layers: number;
      readonly bytes: number;
      /** Layers that the engine had already, where it had some and not the whole. */
      readonly heldLayers?: number | undefined;
      /** As of a save. */
      readonly listed: readonly string[];
      readonly otherPlatforms?: readonly OtherPlatforms[] | undefined;
      /** Names that one platform has in it and others are in it without, where there are any. */
      readonly sharedNames?: readonly OtherPlatforms[] | undefined;
      /** Names that were another image's there, where there are any. */
      readonly movedNames?: readonly string[] | undefined;
      readonly movedFrom?: MovedFrom | undefined;
      /** Names that a docker-archive does not take, where there were any. */
      readonly namesLeftOut?: readonly string[] | undefined;
      /** Signatures and other artifacts, of which an engine takes none, where there are any. */
      readonly lostReferrers?: number | undefined;
    }
  | {
      readonly kind: 'mount';
      /** ID of the mount. */
      readonly mount: string;
      readonly image: string;
      /** Where it can be reached from outside. */
      readonly path: string;
    }
  | {
      readonly kind: 'look';
      readonly source: SourceId;
      readonly images: number;
      /** It is on the person's list, and was read for somebody who is there already, or works with it: what is in view stays. */
      readonly listed?: true | undefined;
      /** It was put on that list. */
      readonly added?: true | undefined;
    }
  | { readonly kind: 'workspace'; readonly name: string; readonly image: string }
  | {
      readonly kind: 'hash';
      /** Layers whose files were hashed, and bytes of their blobs. */
      readonly layers: number;
      readonly bytes: number;
    }
  | {
      readonly kind: 'commit' | 'squash' | 'rewrite' | 'import';
      readonly id: string;
      /** Null for a dangling image. */
      readonly name: string | null;
      /** Image that had the name before. */
      readonly movedFrom: string | null;
      /** Bytes of the new layer; null where no layer was made, only a history step. */
      readonly layerBytes: number | null;
      /** Paths in the new layer, and changes that stay in the workspace; of an import the entries, and members that are no files. */
      readonly changes: number;
      readonly stay: number;
      readonly unkept?: Unkept | undefined;
    }
  | {
      readonly kind: 'export' | 'copy';
      readonly bytes: number;
      readonly entries: number;
      readonly unkept?: Unkept | undefined;
      readonly file: string;
      readonly token: string | null;
    };

/** An operation as the window sees it. */
export interface OperationState {
  readonly id: string;
  readonly kind: OperationKind;
  /** What it works on: a file name, an image name, or a count as text. */
  readonly subject: string;
  readonly status: 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: OperationProgress;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly result: OperationResult | null;
  readonly problem: Problem | null;
  /** The name for people of the engine that it copies to. */
  readonly engine?: string | undefined;
  /** For a failed load: the file token to try again with. */
  readonly retryToken: string | null;
  /** What it opens is to be put on the person's list. */
  readonly adds?: true | undefined;
  /** The places that it works on, where that is not the store alone. */
  readonly places?: readonly SourceId[] | undefined;
}
