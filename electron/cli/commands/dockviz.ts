import { once } from 'node:events';
import { text as readText } from 'node:stream/consumers';
import type { ImageGraph } from '../../../shared/graph/imageGraph';
import { dockvizImages } from '../../../shared/graph/dockviz/fromGraph';
import {
  findStart,
  forestOf,
  noName,
  type DockvizForest,
  type DockvizImage,
  type DockvizOptions,
} from '../../../shared/graph/dockviz/images';
import { dockvizJson, parseDockvizJson } from '../../../shared/graph/dockviz/json';
import { dockvizDot, dockvizShort, dockvizTree } from '../../../shared/graph/dockviz/print';
import { visibleText } from '../../../shared/text/format';
import { hexOf } from '../../../shared/image/digest';
import { problem } from '../../../shared/image/problem';
import { resolveImage } from '../../actions/images/resolveImage';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { limitOption } from '../limits';
import { UsageFault, type OptionSpec, type Parsed } from '../parser';
import { readWholeGraph, sourceOf, sourceOption } from '../source';

/** Characters that are written at once. */
const atOnce = 1 << 16;

/** The option that takes a list of images from standard input. */
export const stdinOption: OptionSpec = {
  long: 'stdin',
  help: [
    'read a list of images as Docker’s /images/json?all=1 gives it from standard input',
    '从标准输入读取 Docker /images/json?all=1 格式的镜像列表',
  ],
};

const options: readonly OptionSpec[] = [
  {
    long: 'incremental',
    short: 'i',
    help: ['sizes of each layer alone, not with all below', '只显示每层自身的大小，不含下层'],
  },
  {
    long: 'only-labelled',
    short: 'l',
    help: ['only images with a name, roots and forks', '只显示有名称的镜像、根和分叉'],
  },
  { long: 'no-trunc', short: 'n', help: ['IDs whole (trees only)', '完整显示 ID（仅树形）'] },
  { long: 'no-human', short: 'c', help: ['sizes in plain bytes', '大小以字节数显示'] },
  { long: 'show-created-by', help: ['the command that made a layer', '显示创建该层的命令'] },
  stdinOption,
  sourceOption,
  limitOption,
];

/**
 * Names are other people's text: nothing in them may move the cursor, not behind a pipe either, as in all other lists. Docker's
 * own names come out as dockviz writes them. Line breaks are the format's own.
 */
const printable = (text: string): string => text.split('\n').map(visibleText).join('\n');

/** The list that `--stdin` reads, or that the store or an engine makes. Throws `image-list-unreadable`. */
export async function dockvizList(session: Session, parsed: Parsed): Promise<readonly DockvizImage[]> {
  return (await dockvizInput(session, parsed)).images;
}

/** A list of images, and the graph that it was made of; null where it was read. */
interface DockvizInput {
  readonly images: readonly DockvizImage[];
  readonly graph: ImageGraph | null;
}

async function dockvizInput(session: Session, parsed: Parsed): Promise<DockvizInput> {
  if (!parsed.switches.has('stdin')) {
    const graph = await readWholeGraph(session, await sourceOf(session, parsed));
    return { images: dockvizImages(graph), graph };
  }
  if (parsed.values.has('source')) throw new UsageFault((t) => t('usage.stdinSource'));
  return { images: parseDockvizJson(await readText(process.stdin)), graph: null };
}

/**
 * The image to start from: as dockviz looks for it; in a graph also as all other commands take an image, by any spelling of
 * its name or by its ID. Throws `image-not-found`, `image-ambiguous`.
 */
function startOf(images: readonly DockvizImage[], graph: ImageGraph | null, word: string): DockvizImage {
  const found = findStart(images, word);
  if (found) return found;
  if (graph !== null) {
    const { id, top } = resolveImage(graph, word).image;
    const named = images.find((image) => image.id === hexOf(top ?? id));
    if (named) return named;
  }
  throw problem('image-not-found', { name: word });
}

interface Drawn {
  readonly name: 'tree' | 'dot';
  readonly summary: Command['summary'];
  readonly examples: readonly string[];
  readonly draw: (forest: DockvizForest, options: DockvizOptions) => Iterable<string>;
}

function drawing({ name, summary, examples, draw }: Drawn): Command {
  return {
    name,
    usage: `${name} [-i] [-l] [-n] [-c] [--show-created-by] [--stdin|--source PLACE [--limit NAME=VALUE…]] [IMG]`,
    summary,
    options,
    examples,
    async execute(session, parsed) {
      const { switches, words } = parsed;
      const [word] = words;
      if (words.length > 1) throw new UsageFault((t) => t('usage.oneStart', { name }));
      const { images, graph } = await dockvizInput(session, parsed);
      const start = word === undefined ? null : startOf(images, graph, word);
      const forest = forestOf(images, start, switches.has('only-labelled'));
      if (session.json) {
        session.out(jsonText(dockvizJson(below(forest))));
        return;
      }
      const pieces = draw(forest, {
        wholeIds: switches.has('no-trunc'),
        incremental: switches.has('incremental'),
        plainBytes: switches.has('no-human'),
        createdBy: switches.has('show-created-by'),
      });
      let gathered = '';
      for (const piece of pieces) {
        gathered += printable(piece);
        if (gathered.length < atOnce) continue;
        session.out(gathered);
        gathered = '';
        if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
      }
      session.out(gathered);
    },
  };
}

/** All images of a forest, parents first. */
function below({ roots, children }: DockvizForest): readonly DockvizImage[] {
  const found = new Map<string, DockvizImage>();
  const waiting = [...roots];
  for (const image of waiting) {
    if (found.has(image.id)) continue;
    found.set(image.id, image);
    for (const child of children.get(image.id) ?? []) waiting.push(child);
  }
  return [...found.values()];
}

export const tree = drawing({
  name: 'tree',
  summary: [
    'Prints images as a tree: a line a layer with its ID and bytes, and the names of the images that end there. The output is that of dockviz v0.6.4.',
    '以树形输出镜像：每层一行，包含 ID 和大小，以及以该层结尾的镜像名称。输出与 dockviz v0.6.4 相同。',
  ],
  examples: ['stratigraph tree -l', 'stratigraph tree -i shop:1.6', 'stratigraph tree --stdin < images.json'],
  draw: dockvizTree,
});

export const dot = drawing({
  name: 'dot',
  summary: [
    'Prints images in Graphviz’s language: a node a layer, a box where images end. The output is that of dockviz v0.6.4.',
    '以 Graphviz 语言输出镜像：每层一个节点，镜像结尾处为方框。输出与 dockviz v0.6.4 相同。',
  ],
  examples: ['stratigraph dot -l | dot -Tsvg > images.svg', 'stratigraph dot shop:1.6'],
  draw: dockvizDot,
});

export const short: Command = {
  name: 'short',
  usage: 'short [--stdin|--source PLACE [--limit NAME=VALUE…]]',
  summary: [
    'Prints each repository with its tags. The output is that of dockviz v0.6.4, in a fixed order.',
    '输出每个仓库及其标签。输出与 dockviz v0.6.4 相同，但顺序固定。',
  ],
  options,
  examples: ['stratigraph short', 'stratigraph short --stdin < images.json'],
  async execute(session, parsed) {
    if (parsed.words.length > 0) throw new UsageFault((t) => t('usage.short'));
    const images = await dockvizList(session, parsed);
    if (session.json) {
      const named = images.flatMap(({ repoTags }) => repoTags.filter((tag) => tag !== noName));
      session.out(jsonText(named));
    } else session.out(printable(dockvizShort(images)));
  },
};
