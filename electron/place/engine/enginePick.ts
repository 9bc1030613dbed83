import { addBytes } from '../../../shared/image/bytes';
import type { ImageId } from '../../../shared/image/digest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { problem, problemOf, ProblemError } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';
import { familiarNames, type EngineView } from '../../engine/readImages';
import type { GiveRequest } from '../place';
import { fullName } from './engineImages';
import { resolveImage, type ResolvedImage } from '../../actions/images/resolveImage';

/** Images of an engine to take out of it, and the words by which to ask for them. */
export interface EnginePick {
  readonly images: readonly ImageNode[];
  /** Names in full, and IDs of images that have none. */
  readonly words: readonly string[];
  /** The image that each of the names is listed for, by their familiar spelling. */
  readonly wanted: ReadonlyMap<string, ImageId>;
  /** How people know the images, in the order asked for. */
  readonly names: readonly string[];
  /** Unpacked bytes, shared layers once: about what the archive will have. */
  readonly bytes: number;
}

/** As `resolveImage`; an image that the engine lists, and that is left out for what it says about it, is no image that is not there. */
function resolveListed({ graph, damaged }: EngineView, text: string): ResolvedImage {
  try {
    return resolveImage(graph, text);
  } catch (thrown) {
    if (problemOf(thrown).code !== 'image-not-found') throw thrown;
    const [asked] = familiarNames([text]);
    const found = damaged.find(({ name }) => name === asked || name === text)?.problem;
    throw found ? problem(found.code, found.facts) : thrown;
  }
}

/**
 * Resolves names and IDs; a name takes that name along only, an ID all names of its image, and none where `exact` says so. Throws `image-not-found`, and why an image
 * is left out that the engine lists.
 */
export function pickFromEngine(
  view: EngineView,
  { what, exact = false }: Pick<GiveRequest, 'what' | 'exact'>,
): EnginePick {
  const { graph } = view;
  const images = new Map<ImageId, ImageNode>();
  const words = new Set<string>();
  const wanted = new Map<string, ImageId>();
  const names = new Set<string>();
  for (const text of what) {
    const { image, name } = resolveListed(view, text);
    images.set(image.id, image);
    names.add(name ?? displayName(image));
    const ofId = exact ? [] : image.names;
    const asked = name === null ? ofId : [name];
    if (asked.length === 0) words.add(image.id);
    for (const each of asked) {
      words.add(fullName(each));
      wanted.set(parseReference(each).familiar, image.id);
    }
  }
  if (images.size === 0) throw new ProblemError('nothing-to-save');
  const chains = new Set([...images.values()].flatMap(({ layers }) => layers));
  const layers = graph.layers.filter(({ chainId }) => chains.has(chainId));
  return {
    images: [...images.values()],
    words: [...words],
    wanted,
    names: [...names],
    bytes: layers.reduce((sum, { size }) => addBytes(sum, size), 0),
  };
}
