import { artifactFacts, type ArtifactFacts } from '../../../shared/image/artifact';
import { parseImageId, type Digest, type ImageId } from '../../../shared/image/digest';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import {
  isImageManifest,
  parseIndex,
  parseManifest,
  type OciDescriptor,
} from '../../../shared/image/manifest';
import { isIndexType, isManifestType } from '../../../shared/image/mediaType';
import { platformText } from '../../../shared/image/platform';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { MetDocuments, nesting } from '../../store/documents';
import type { ActionContext } from '../ground/context';
import type { StoreView } from './storeView';

/** A platform that an image comes for. */
export interface BundlePlatform {
  readonly manifest: Digest;
  readonly platform: string;
  /** Its image; null where the store has it not. */
  readonly image: ImageId | null;
}

/** Something that is kept with an image and is none. */
export interface BundleArtifact extends ArtifactFacts {
  readonly digest: Digest;
}

/** What comes with an image under its roots: the platforms, itself among them, and what speaks of it. */
export interface ImageBundle {
  readonly platforms: readonly BundlePlatform[];
  readonly artifacts: readonly BundleArtifact[];
}

/**
 * Reads what an image's roots list beside it. Platforms stand in the order of the index; attestations and artifacts are
 * those that speak of this image, of its root, or of nothing that can be told. Throws `blob-damaged`.
 */
export async function imageBundle(
  { store }: Pick<ActionContext, 'store'>,
  view: StoreView,
  image: ImageNode,
): Promise<ImageBundle> {
  const platforms = new Map<Digest, BundlePlatform>();
  const artifacts = new Map<Digest, BundleArtifact>();
  const nodes = new Map(view.graph.images.map((node) => [node.id, node]));
  const met = new MetDocuments();
  const visit = async (descriptor: OciDescriptor, depth: number): Promise<void> => {
    const { digest, mediaType, platform } = descriptor;
    const origin = storedOrigin(digest);
    const absent = (): void => {
      const named = platform ? platformText(platform) : '';
      if (named !== '' && named !== 'unknown/unknown')
        platforms.set(digest, { manifest: digest, platform: named, image: null });
    };
    if ((await store.sizeOf(digest)) === null) absent();
    else if (isIndexType(mediaType)) {
      if (depth >= nesting || !met.isNew(descriptor, depth)) return;
      for (const child of parseIndex(await store.readDocument(digest), origin).manifests)
        await visit(child, depth + 1);
    } else if (isManifestType(mediaType)) {
      const manifest = parseManifest(await store.readDocument(digest), origin);
      if (!isImageManifest(manifest, descriptor)) {
        artifacts.set(digest, { digest, ...artifactFacts(manifest, descriptor) });
        return;
      }
      const node = nodes.get(parseImageId(manifest.config.digest));
      if (node) platforms.set(digest, { manifest: digest, platform: platformText(node), image: node.id });
      else absent();
    }
  };
  for (const root of new Set(image.roots)) {
    const descriptor = view.roots.find(({ digest }) => digest === root);
    if (descriptor) await visit(descriptor, 0);
    for (const referrer of view.referrers.get(root) ?? []) await visit(referrer, 0);
  }
  const own = new Set<Digest>([...image.manifests, ...image.roots]);
  // What speaks of something that speaks of the image belongs to it, too: the signature of a list of packages.
  for (let before = 0; before !== own.size;) {
    before = own.size;
    for (const { digest, subject } of artifacts.values())
      if (subject !== null && own.has(subject)) own.add(digest);
  }
  return {
    platforms: [...platforms.values()],
    artifacts: [...artifacts.values()].filter(({ subject }) => subject === null || own.has(subject)),
  };
}
