import { shortDigest } from '../../../shared/image/digest';
import { layerNumbers } from '../../../shared/graph/cutImage';
import { visiblePath, visibleText } from '../../../shared/text/format';
import { findPaths, type PathHit } from '../../actions/inside/imageFiles';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { eachName } from '../eachName';
import { UsageFault } from '../parser';
import { readStoreView, type StoreView } from '../../actions/images/storeView';
import { outLines } from '../outLines';
import { imageAndLayer } from '../imageAndLayer';
import { platformOption } from '../platform';
import { readWholeStore, sourceOption } from '../source';
import { globToRegExp, isGlob, unescapeGlob } from '../../../shared/image/glob';
import { lexicalPath } from '../../../shared/layer/entryPath';
import { patternReadings, type PatternReading } from '../../../shared/layer/patternReadings';
import type { PathSearch } from '../../index/keptNames';

/** Images named in a line before it says how many more there are. */
const imagesNamed = 3;

/** How a path fits others that is none of a pattern: with what is below it, or as a part of them. */
function literalPath(text: string): (path: string) => boolean {
  const part = text.replace(/\/$/, '');
  return part.startsWith('/')
    ? (path) => `/${path}` === part || `/${path}`.startsWith(`${part}/`)
    : (path) => path.includes(part);
}

/** A path as it was typed without `..`, which is taken by its letters; relative where it was. */
const withoutUps = (text: string): string =>
  text.split('/').includes('..') ? `${text.startsWith('/') ? '/' : ''}${lexicalPath(text)}` : text;

/** What to search for by each reading of a word: what is there by the first is what is meant (`patternReadings`). */
export function searchesFor(word: string): readonly PathSearch[] {
  const searches = new Map(
    patternReadings(isGlob(word) ? word : withoutUps(word)).map(({ text, literal }: PatternReading) => [
      `${literal} ${text}`,
      literal
        ? { fits: literalPath(text), part: longestOf(text.split('/')) }
        : { fits: pathPattern(text), part: patternPart(text) },
    ]),
  );
  return [...searches.values()];
}

/**
 * How a pattern fits paths: with `*`, `?` or `[…]` as a shell pattern, of the whole path where it holds a slash and of the
 * last name where not; else as a part of the path.
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  if (!isGlob(pattern)) return literalPath(unescapeGlob(pattern));
  const glob = globToRegExp(pattern.replace(/^\//, ''));
  return pattern.includes('/')
    ? (path) => glob.test(path)
    : (path) => glob.test(path.slice(path.lastIndexOf('/') + 1));
}

/** What every path has that a pattern fits: the longest of the texts between its special characters. */
export function patternPart(pattern: string): string | null {
  // A class may hold anything.
  const parts = pattern.split('[', 1)[0]?.split(/[*?/\\]/) ?? [];
  return longestOf(parts);
}

function longestOf(parts: readonly string[]): string | null {
  const longest = parts.reduce((best, each) => (each.length > best.length ? each : best), '');
  return longest !== '' && !/\p{Cs}/u.test(longest) ? longest : null;
}

export const find: Command = {
  name: 'find',
  usage: 'find [--source PLACE [--limit NAME=VALUE…]] [--platform OS/ARCH[/VARIANT]] PATTERN [IMG[@LAYER]…]',
  summary: [
    'Finds paths in every layer of the store, or of the images that are named, also those that later layers delete or cover. A pattern with *, ? or [] is a shell pattern, of the whole path where it holds a slash; any other is a part of a path, or with a slash before it a path and what is below.',
    '在仓库的每一层（或所指定镜像的各层）中查找路径，包括被后续层删除或覆盖的路径。含 *、? 或 [] 的为 shell 通配符，含斜杠时匹配整个路径；其余为路径的一部分，以斜杠开头则为该路径及其下内容。',
  ],
  options: [sourceOption, limitOption, platformOption],
  examples: [
    'stratigraph find id_rsa',
    `stratigraph find '*.pem'`,
    'stratigraph find /etc/shadow',
    'stratigraph find id_rsa shop:1.6',
  ],
  paths: ({ words }) => words.slice(0, 1),
  pathsIn: ({ words: [, ...layers] }) => ({ layers, all: layers.length === 0 }),
  engineNeed: ({ words: [, ...images] }) => ({ images }),
  async execute(session, parsed) {
    const [pattern, ...names] = parsed.words;
    if (pattern === undefined || pattern === '') throw new UsageFault((t) => t('usage.find'));
    const context = await session.context();
    const whole = names.length === 0 ? await readWholeStore(session) : await readStoreView(context);
    const named = await eachName(session, names, (name) => imageAndLayer(session, whole, name, parsed));
    const view = names.length === 0 ? whole : within(whole, named.done);
    const numbers = layerNumbers(whole.graph);
    const hits: PathHit[] = [];
    const searches = searchesFor(pattern);
    async function* first(): AsyncGenerator<PathHit> {
      for (const search of searches) {
        let some = false;
        for await (const hit of findPaths(context, view, search)) {
          some = true;
          yield hit;
        }
        if (some) return;
      }
    }
    const found = first();
    if (session.json) for await (const hit of found) hits.push(hit);
    else await outLines(session, found, line);
    if (session.json)
      session.out(
        jsonText(
          hits.map(({ path, entry, layer, images }) => ({
            ...entry,
            path,
            layer: layer.chainId,
            number: numbers.get(layer.chainId) ?? null,
            images,
          })),
        ),
      );
    return named.code;
  },
};

/** The part of a store that is of these images, or of one layer of them. */
function within(view: StoreView, named: readonly ReturnType<typeof imageAndLayer>[]): StoreView {
  const chains = new Set(named.flatMap(({ image, layer }) => (layer === null ? image.layers : [layer])));
  const images = [...new Set(named.map(({ image }) => image))];
  return {
    ...view,
    graph: { ...view.graph, images, layers: view.graph.layers.filter(({ chainId }) => chains.has(chainId)) },
  };
}

function line({ path, entry, layer, images }: PathHit): string {
  const deleted = entry.kind === 'whiteout' ? ' (deleted here)' : '';
  const named = images.slice(0, imagesNamed).map(visibleText).join(', ');
  const more = images.length > imagesNamed ? `, +${images.length - imagesNamed}` : '';
  return `${shortDigest(layer.chainId)}  /${visiblePath(path)}${deleted}  (${named}${more})`;
}
