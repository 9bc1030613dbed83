import type { ChainId, Digest, ImageId } from '../image/digest';
import type { ArtifactFacts } from '../image/artifact';
import type { HistoryStep } from '../graph/imageGraph';

/** What the inspector shows of one image beyond its {@link ImageNode} in the graph. */
export interface ImageDetail {
  readonly id: ImageId;
  readonly author: string;
  readonly comment: string;
  readonly dockerVersion: string;
  /** Bytes of all layers uncompressed; null when not all are known. */
  readonly tarSize: number | null;
  readonly config: {
    readonly env: readonly KeyValue[];
    readonly cmd: readonly string[];
    readonly entrypoint: readonly string[];
    readonly workingDir: string;
    readonly user: string;
    readonly labels: readonly KeyValue[];
    readonly ports: readonly string[];
    readonly volumes: readonly string[];
    readonly stopSignal: string;
    readonly healthcheck: readonly string[];
  };
  /** Oldest first; a step with a layer names it. */
  readonly history: readonly (HistoryStep & { readonly chainId: ChainId | null; readonly size: number })[];
  readonly manifests: readonly {
    readonly digest: Digest;
    readonly size: number;
    readonly mediaType: string;
  }[];
  /** What its index offers, itself among them; one or none where it comes alone. `image` null: not in this store. */
  readonly platforms: readonly {
    readonly manifest: Digest;
    readonly platform: string;
    readonly image: ImageId | null;
  }[];
  /** What is kept with it and is no image. */
  readonly artifacts: readonly (ArtifactFacts & { readonly digest: Digest })[];
  /** Images that share blobs with it, most bytes first (at most 100). */
  readonly sharing: readonly { readonly id: ImageId; readonly name: string; readonly bytes: number }[];
  /** The documents as stored, byte for byte as text. */
  readonly rawConfig: string;
  readonly rawManifest: string;
  /** The JSON that `stratigraph inspect` prints. */
  readonly inspectJson: string;
}

/** A name and its value, in the order of the document. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** What the inspector shows of one layer beyond its {@link LayerNode}. Null where the layer's index is being rebuilt. */
export interface LayerDetail {
  readonly chainId: ChainId;
  readonly contentSize: number | null;
  readonly tarSize: number | null;
  readonly entries: number | null;
  /** Largest files of this layer (at most 8). */
  readonly largest: readonly { readonly path: string; readonly size: number }[];
  /** The JSON that `stratigraph inspect LAYER` prints. */
  readonly inspectJson: string;
}
