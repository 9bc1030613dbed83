import { isDigest, parseDiffId, type Digest, type DiffId } from './digest';
import {
  asObject,
  asText,
  invalidDocument,
  member,
  parseJsonDocument,
  type DocumentOrigin,
} from './jsonDocument';

/**
 * The member of an archive that lists layers which were left out of it, since whoever the archive is for has them. Other
 * tools do not look at it.
 */
export const leftOutName = 'layers-left-out.json';

/** A layer that an archive needs and does not hold. */
export interface LeftOutLayer {
  readonly diffId: DiffId;
  /** The blob under which the archive lists it. */
  readonly digest: Digest;
  /** Bytes of that blob. */
  readonly size: number;
  /** What the target was said to have it from: the name of an image, or of a file. */
  readonly from: string;
}

/** Most characters of a name. */
const nameLimit = 300;

/** The document that lists layers as left out. */
export function leftOutDocument(layers: readonly LeftOutLayer[]): string {
  return `${JSON.stringify({ leftOut: layers.map(({ diffId, digest, size, from }) => ({ diffId, digest, size, from })) })}\n`;
}

/** Reads {@link leftOutDocument}. Throws `document-invalid`, `limit-exceeded`. */
export function parseLeftOut(bytes: Uint8Array, origin: DocumentOrigin): readonly LeftOutLayer[] {
  const object = asObject(parseJsonDocument(bytes, origin));
  const list = object ? member(object, 'leftOut') : undefined;
  if (!Array.isArray(list)) throw invalidDocument(origin, 'no-layer-list');
  return list.map((item) => {
    const layer = asObject(item) ?? {};
    const diffId = member(layer, 'diffId');
    const digest = member(layer, 'digest');
    const size = member(layer, 'size');
    if (!isDigest(diffId) || !isDigest(digest)) throw invalidDocument(origin, 'layer-no-digest');
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw invalidDocument(origin, 'layer-no-size');
    const from = asText(member(layer, 'from')).slice(0, nameLimit);
    return { diffId: parseDiffId(diffId), digest, size, from };
  });
}
