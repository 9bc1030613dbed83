import { shortDigest, type ChainId } from '../../../shared/image/digest';
import { compareConfigs, type ConfigComparison } from '../../../shared/image/compareConfigs';
import { calledName } from '../../../shared/graph/calledNames';
import { compareImages, type Comparison } from '../../../shared/graph/compareImages';
import { cutImage, layerNumber } from '../../../shared/graph/cutImage';
import { indexGraph } from '../../../shared/graph/indexGraph';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, visiblePath, visibleText } from '../../../shared/text/format';
import { resolveAt } from '../../actions/images/resolveImage';
import { readStoreView } from '../../actions/images/storeView';
import { compareFiles, type FileComparison } from '../../actions/inside/compareFiles';
import { columns, jsonText } from '../columns';
import type { Command, Session } from '../command';
import { limitOption } from '../limits';
import { UsageFault } from '../parser';
import { imageAndLayer } from '../imageAndLayer';
import { platformOf, platformOption } from '../platform';
import { readGraph, sourceOf, sourceOption } from '../source';

const parts = ['layers', 'config', 'files'] as const;
const letters = { added: 'A', changed: 'C', removed: 'D' } as const;
/** Longest command and value in a row. */
const textWidth = 60;

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= textWidth ? line : `${line.slice(0, textWidth - 1)}…`;
}

/** Layers as one list: `=` in both, `~` the same content on other parents, `-` only in the first, `+` only in the second. */
function printLayers(session: Session, compared: Comparison, names: readonly [string, string]): void {
  const row = (mark: string, { chainId, size, createdBy }: LayerNode): string[] => [
    mark,
    shortDigest(chainId),
    formatBytes(size),
    short(createdBy),
  ];
  session.out(
    columns([
      ['', 'LAYER', 'SIZE', 'CREATED BY'],
      ...compared.trunk.map((layer) => row('=', layer)),
      ...compared.rows.flatMap(({ kind, first, second }) => [
        ...(first ? [row(kind === 'equal' ? '~' : '-', first)] : []),
        ...(second ? [row(kind === 'equal' ? '~' : '+', second)] : []),
      ]),
    ]),
  );
  const { first, second } = compared.bytes;
  const forms =
    first.both === second.both ? '' : ` (${formatBytes(second.both)} as ${names[1]} has them stored)`;
  session.out(
    `${formatBytes(first.both)} in both${forms}, ${formatBytes(first.only)} only in ${names[0]}, ${formatBytes(second.only)} only in ${names[1]}\n`,
  );
}

function printConfig(session: Session, { differences }: ConfigComparison): void {
  session.out(
    columns([
      ['', 'SETTING', 'FIRST', 'SECOND'],
      ...differences.map(({ field, key, first, second }) => [
        first === null ? 'A' : second === null ? 'D' : 'C',
        key === '' ? field : `${field} ${key}`,
        short(first ?? ''),
        short(second ?? ''),
      ]),
    ]),
  );
}

function printFiles(session: Session, files: FileComparison): void {
  for (const { kind, path } of files.differences) session.out(`${letters[kind]} /${visiblePath(path)}\n`);
  const { added, changed, removed, timesOnly, omitted, unread } = files;
  session.note(
    `${added.paths} added (${formatBytes(added.after)}), ${changed.paths} changed (${formatBytes(changed.before)} to ${formatBytes(changed.after)}), ${removed.paths} removed (${formatBytes(removed.before)}).`,
  );
  if (timesOnly > 0) session.note(`${timesOnly} more differ in their times only.`);
  if (unread.paths > 0) session.note(`${unread.paths} of the changed have contents that cannot be compared.`);
  if (omitted > 0) session.note(`${omitted} more are not listed.`);
}

export const diff: Command = {
  name: 'diff',
  usage:
    'diff [--layers] [--config] [--files] [--platform OS/ARCH[/VARIANT]] [--source PLACE [--limit NAME=VALUE…]] IMG[@LAYER] IMG[@LAYER]',
  summary: [
    'Compares two images: the layers that both stand on and those of one alone, their bytes, what their configs say, and their files as docker diff prints them. A part is chosen by its option; without one all are printed.',
    '比较两个镜像：共有的层与各自独有的层、占用的字节、配置的差异，以及以 docker diff 的形式列出的文件差异。可用选项选择部分，不指定时全部输出。',
  ],
  options: [
    { long: 'layers', help: ['the layers and their bytes', '层及其字节'] },
    { long: 'config', help: ['the configs, setting by setting', '逐项比较配置'] },
    {
      long: 'files',
      help: [
        'the files: A added, C changed, D removed; layers are read where contents have to be compared',
        '文件：A 新增、C 更改、D 删除；需要比较内容时会读取相应的层',
      ],
    },
    platformOption,
    sourceOption,
    limitOption,
  ],
  examples: [
    'stratigraph diff shop:1.5 shop:1.6',
    'stratigraph diff --files shop:1.6@2 shop:1.6@4',
    'stratigraph diff --files shop:1.5 shop:1.6 | grep "^A"',
    'stratigraph diff --json --config shop:1.5 shop:1.6',
  ],
  engineNeed: ({ switches, words }) => (switches.has('files') ? { images: words.slice(0, 2) } : null),
  async execute(session, parsed) {
    const { switches, words } = parsed;
    const [a, b, more] = words;
    if (a === undefined || b === undefined || more !== undefined)
      throw new UsageFault((t) => t('usage.diff'));
    const place = await sourceOf(session, parsed);
    const chosen = parts.filter((part) => switches.has(part));
    // For the files an engine has to save both images: only where they are asked for.
    const all = place.layers === null ? (['layers', 'config'] as const) : parts;
    const wanted = new Set<(typeof parts)[number]>(chosen.length > 0 ? chosen : all);
    const graph = await readGraph(session, place);
    const named = [a, b].map((word) => imageAndLayer(session, { graph }, word, parsed));
    const upTo = named.map(({ layer }) => layer) as [ChainId | null, ChainId | null];
    const images = named.map(({ image, layer }) => cutImage(image, layer)) as [ImageNode, ImageNode];
    const [first, second] = images;
    const layers = wanted.has('layers') ? compareImages(indexGraph(graph), first, second) : null;
    const said = async (image: ImageNode): Promise<Parameters<typeof compareConfigs>[0]> => ({
      ...image,
      ...(await place.documents.image(image.id)),
    });
    const config = wanted.has('config') ? compareConfigs(await said(first), await said(second)) : null;
    const compared = async (): Promise<FileComparison> => {
      const context = await session.context();
      // Saved images may go by another ID than the engine's, which may be that of a manifest.
      const view = place.layers === null ? await readStoreView(context) : null;
      const [one, other] = view
        ? [a, b].map((word) => resolveAt(view.graph, word, platformOf(parsed)).image)
        : images;
      return compareFiles(
        context,
        { first: (one ?? first).id, second: (other ?? second).id, upTo, contents: true },
        session.run(`${a}, ${b}`),
      );
    };
    const files = wanted.has('files') ? await compared() : null;
    session.endProgress();
    if (session.json) {
      session.out(jsonText(document(images, { layers, config, files })));
      return;
    }
    const names = [nameOf(first, a), nameOf(second, b)] as const;
    const shown = [
      layers && ((): void => printLayers(session, layers, names)),
      config && ((): void => printConfig(session, config)),
      files && ((): void => printFiles(session, files)),
    ].filter((print) => print !== null);
    shown.forEach((print, i) => {
      if (i > 0) session.out('\n');
      print();
    });
  },
};

interface Found {
  readonly layers: Comparison | null;
  readonly config: ConfigComparison | null;
  readonly files: FileComparison | null;
}

/** The name that a word is of an image, so that two names of one image stay apart; else how people know it. */
function nameOf(image: ImageNode, word: string): string {
  return visibleText(calledName(image.names, word) ?? displayName(image));
}

/** What `diff --json` prints: the parts that were asked for. */
function document(images: readonly ImageNode[], { layers, config, files }: Found): unknown {
  const layer = (of: LayerNode | null, image: ImageNode | undefined): unknown =>
    of && {
      number: image ? layerNumber(image, of.chainId) : null,
      chainId: of.chainId,
      diffId: of.diffId,
      size: of.size,
      createdBy: of.createdBy,
    };
  const [one, other] = images;
  return {
    images: images.map(({ id, names, layers: own }) => ({ id, names, layers: own.length })),
    ...(layers && {
      bytes: {
        both: layers.bytes.first.both,
        ...(layers.bytes.second.both !== layers.bytes.first.both && {
          bothInSecond: layers.bytes.second.both,
        }),
        first: layers.bytes.first.only,
        second: layers.bytes.second.only,
      },
      trunk: layers.trunk.map((each) => layer(each, one)),
      rows: layers.rows.map(({ kind, first, second, sameBlob }) => ({
        kind,
        first: layer(first, one),
        second: layer(second, other),
        ...(kind === 'equal' && { sameBlob }),
      })),
    }),
    ...(config && { config }),
    ...(files && { files }),
  };
}
