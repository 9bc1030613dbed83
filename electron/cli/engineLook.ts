import { addBytes } from '../../shared/image/bytes';
import type { ImageId } from '../../shared/image/digest';
import type { ImageGraph, ImageNode } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import { problem, problemOf } from '../../shared/image/problem';
import { translator } from '../../shared/text/catalogue';
import { formatBytes, visibleText } from '../../shared/text/format';
import { idPart, resolveAt, type ResolvedAt } from '../actions/images/resolveImage';
import type { OpenEngine } from '../place/engine/engineImages';
import type { EngineNeed } from './command';
import { UsageFault, type Parsed } from './parser';
import { platformOf } from './platform';
import type { OpenSession } from './session';
import { engineActions, openEngineOf } from './source';

/** Images in a line before it says how many more there are. */
const imagesNamed = 10;

/** A line that reads inside of an engine's images. */
interface EngineLine {
  /** What names the engine. */
  readonly word: string;
  readonly need: EngineNeed;
  /** The command. */
  readonly name: string;
}

/**
 * Has images of an engine stand for the store of a session, once it is asked for: those that a line names, saved through the engine's API. Gives the line
 * with words by which these go in any place: a name that Podman takes for one of `localhost`, and a digest that the engine alone knows, as
 * what they mean there. Throws a {@link UsageFault} where all images would have to be read, and why the engine or an image of it cannot be used; an
 * image that is not there is left to the command, which says so.
 */
export async function lookInEngine(
  session: OpenSession,
  { word, need, name }: EngineLine,
  parsed: Parsed,
): Promise<Parsed> {
  const open = await openEngineOf(session, word);
  const { graph } = await open.view();
  if ('images' in need && need.images.length === 0 && graph.images.length > 0) throw allOf(name, open, graph);
  const { images, meant } = await imagesOf(open, need, parsed);
  const { lookAtEngine } = await engineActions();
  const t = translator(session.language);
  const nodes = graph.images.filter(({ id }) => images.includes(id));
  const title = t('place.saving', {
    name: visibleText(nodes.map(displayName).join(', ')),
    engine: open.engine.name,
  });
  session.lookInstead(title, (tools, run) => lookAtEngine(open, images, tools, run));
  return { ...parsed, words: parsed.words.map((each) => reworded(each, meant)) };
}

/** Images that a line needs, and what of its words means them elsewhere. */
interface Meant {
  readonly images: readonly ImageId[];
  readonly meant: ReadonlyMap<string, string>;
}

async function imagesOf(open: OpenEngine, need: EngineNeed, parsed: Parsed): Promise<Meant> {
  if ('blob' in need) {
    const hex = idPart(need.blob);
    const { imageOfBlob } = await engineActions();
    const id = hex === null ? null : await imageOfBlob(open, hex);
    return { images: id === null ? [] : [id], meant: new Map() };
  }
  const images = new Set<ImageId>();
  const meant = new Map<string, string>();
  for (const word of 'images' in need ? need.images : need.tried) {
    const found = await resolved(open, word, platformOf(parsed));
    if (found === null) continue;
    images.add(found.image.id);
    meant.set(word, elsewhere(word, found));
    // Of several readings of a word the first that is one counts.
    if ('tried' in need) break;
  }
  return { images: [...images], meant };
}

/** What a word means in an engine; null where it means nothing there. Throws why an image is left out that the engine lists, and as `resolveAt`. */
async function resolved(open: OpenEngine, word: string, platform: string | null): Promise<ResolvedAt | null> {
  const { graph, damaged } = await open.view();
  try {
    return resolveAt(graph, word, platform);
  } catch (thrown) {
    if (problemOf(thrown).code !== 'image-not-found') throw thrown;
    const { familiarNames } = await engineActions();
    const [asked] = familiarNames([word]);
    const why = damaged.find(({ name }) => name === asked || name === word)?.problem;
    if (why) throw problem(why.code, why.facts, { cause: thrown });
    return null;
  }
}

/** The word by which the same image, or the same layer of it, goes where it is all there is. */
function elsewhere(word: string, { image, name, layer }: ResolvedAt): string {
  const at = layer === null ? word.length : word.lastIndexOf('@');
  const base = word.slice(0, at);
  const isLocal = name?.startsWith('localhost/') === true && !base.startsWith('localhost/');
  const hex = idPart(base);
  const isOwn = name !== null || (hex !== null && image.id.startsWith(hex, 'sha256:'.length));
  const known = isLocal ? name : isOwn ? base : image.id;
  return known + word.slice(at);
}

/** A word of a line, or of `cp` what stands before the path, as it goes elsewhere. */
function reworded(word: string, meant: ReadonlyMap<string, string>): string {
  const whole = meant.get(word);
  if (whole !== undefined) return whole;
  for (const [from, to] of meant) if (word.startsWith(`${from}:`)) return to + word.slice(from.length);
  return word;
}

/** Says which images a command would have to read that was given none, and how much that is: each is saved by itself. */
function allOf(name: string, open: OpenEngine, { images, layers }: ImageGraph): UsageFault {
  const sizes = new Map(layers.map(({ chainId, size }) => [chainId, size]));
  const bytesOf = (image: ImageNode): number =>
    image.layers.reduce((sum, layer) => addBytes(sum, sizes.get(layer) ?? 0), 0);
  const listed = images
    .slice(0, imagesNamed)
    .map((image) => `${visibleText(displayName(image))} (${formatBytes(bytesOf(image))})`);
  const text = [...listed, ...(images.length > imagesNamed ? [`+${images.length - imagesNamed}`] : [])];
  const bytes = images.reduce((sum, image) => addBytes(sum, bytesOf(image)), 0);
  return new UsageFault((t) =>
    t('usage.engineAll', {
      name,
      engine: open.engine.name,
      count: images.length,
      bytes,
      text: text.join(', '),
    }),
  );
}
