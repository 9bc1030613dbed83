import { shortDigest } from '../../../shared/image/digest';
import { platformText } from '../../../shared/image/platform';
import { parseReference, splitName } from '../../../shared/image/reference';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import { formatAge, formatBytes, isNoDate } from '../../../shared/text/format';
import { resolveImage } from '../../actions/resolveImage';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { globToRegExp } from '../../../shared/image/glob';
import { UsageFault } from '../parser';
import { readImages, sourceOf, sourceOption } from '../source';

type Images = Pick<ImageGraph, 'images'>;

/** A row: an image under one of its names, or a dangling image. */
export interface ImageRow {
  readonly repository: string | null;
  readonly tag: string | null;
  readonly name: string | null;
  readonly image: ImageNode;
}

/** One row a name, as Docker lists them; newest image first. */
export function imageRows(graph: Images): readonly ImageRow[] {
  const time = (image: ImageNode): number => (isNoDate(image.created) ? 0 : Date.parse(image.created));
  return [...graph.images]
    .sort((a, b) => time(b) - time(a))
    .flatMap((image): ImageRow[] =>
      image.names.length === 0
        ? [{ repository: null, tag: null, name: null, image }]
        : image.names.map((name) => ({ ...splitName(name), name, image })),
    );
}

type Keep = (row: ImageRow) => boolean;

/**
 * Makes one filter of all that were given, with Docker's meaning: a row passes all of them, of several references one.
 * Throws {@link UsageFault}, `image-not-found`.
 */
export function parseFilters(texts: readonly string[], graph: Images): Keep {
  const isReference = (text: string): boolean => filterKey(text) === 'reference';
  const references = texts.filter(isReference).map((text) => parseFilter(text, graph));
  const others = texts.filter((text) => !isReference(text)).map((text) => parseFilter(text, graph));
  return (row) =>
    others.every((keep) => keep(row)) && (references.length === 0 || references.some((keep) => keep(row)));
}

/** The key of a filter; Docker takes capitals and blanks around it. */
const filterKey = (text: string): string => (text.split('=', 1)[0] ?? '').trim().toLowerCase();

function parseFilter(text: string, graph: Images): Keep {
  const equals = text.indexOf('=');
  if (equals < 0) throw new UsageFault((t) => t('usage.filterForm', { text }));
  const key = filterKey(text);
  const value = text.slice(equals + 1).trim();
  switch (key) {
    case 'dangling': {
      if (!/^(?:true|false|1|0)$/.test(value)) throw new UsageFault((t) => t('usage.dangling'));
      const wanted = value === 'true' || value === '1';
      return ({ image }) => (image.names.length === 0) === wanted;
    }
    case 'label': {
      const at = value.indexOf('=');
      if (at < 0) return ({ image }) => Object.hasOwn(image.labels, value);
      return ({ image }) => image.labels[value.slice(0, at)] === value.slice(at + 1);
    }
    case 'reference': {
      const pattern = globToRegExp(value);
      return ({ repository, name }) =>
        name !== null && repository !== null && (pattern.test(name) || pattern.test(repository));
    }
    case 'before':
    case 'since': {
      const { image: other } = resolveImage(graph, value);
      const time = (image: ImageNode): number => (isNoDate(image.created) ? 0 : Date.parse(image.created));
      return ({ image }) =>
        image.id !== other.id && (key === 'before' ? time(image) < time(other) : time(image) > time(other));
    }
    default:
      throw new UsageFault((t) => t('usage.filter', { name: key }));
  }
}

/** The filter of the word behind the options: a repository, or one of its tags. */
function parseWord(word: string): Keep {
  const last = word.slice(word.lastIndexOf('/') + 1);
  if (last.includes(':') || word.includes('@')) {
    const { familiar } = parseReference(word);
    return ({ name }) => name === familiar;
  }
  if (/[*?[]/.test(word)) {
    const pattern = globToRegExp(word);
    return ({ repository }) => repository !== null && pattern.test(repository);
  }
  const { repositoryName } = parseReference(word);
  return ({ repository }) => repository === repositoryName;
}

export const images: Command = {
  name: 'images',
  usage: 'images [-a] [-q] [--no-trunc] [--digests] [-f FILTER] [--source NAME] [REPO[:TAG]]',
  summary: [
    'Lists images, newest first. SIZE is what the image takes in the store, shared layers included; SHARED is the part that other images need too. Sizes of an engine are bytes of unpacked files.',
    '列出镜像（从新到旧）。SIZE 为镜像在仓库中的大小（含共享层）；SHARED 为其他镜像也需要的部分。引擎的大小为解包后文件的字节数。',
  ],
  options: [
    {
      long: 'all',
      short: 'a',
      help: ['list dangling images, too, when a name is given', '指定名称时也列出悬空镜像'],
    },
    { long: 'quiet', short: 'q', help: ['print image IDs only', '只输出镜像 ID'] },
    { long: 'no-trunc', help: ['print IDs whole', '完整显示 ID'] },
    { long: 'digests', help: ['print manifest digests', '显示 manifest digest'] },
    {
      long: 'filter',
      short: 'f',
      value: 'FILTER',
      many: true,
      help: [
        'dangling=BOOL, label=K[=V], reference=GLOB, before=IMG, since=IMG',
        'dangling=BOOL、label=K[=V]、reference=GLOB、before=IMG、since=IMG',
      ],
    },
    sourceOption,
  ],
  examples: ['stratigraph images', 'stratigraph images -f dangling=true -q', "stratigraph images 'rig/*'"],
  async execute(session, parsed) {
    const { switches, values, words } = parsed;
    if (words.length > 1) throw new UsageFault((t) => t('usage.images'));
    const graph = await readImages(session, await sourceOf(session, parsed));
    const keep = [parseFilters(values.get('filter') ?? [], graph)];
    const [word] = words;
    if (word !== undefined) {
      const named = parseWord(word);
      keep.push(switches.has('all') ? (row) => row.name === null || named(row) : named);
    }
    const rows = imageRows(graph).filter((row) => keep.every((test) => test(row)));
    if (session.json) {
      session.out(
        jsonText(
          rows.map(({ repository, tag, image }) => ({
            id: image.id,
            repository,
            tag,
            names: image.names,
            manifests: image.manifests,
            created: image.created,
            platform: platformText(image),
            size: image.size,
            shared: image.shared,
            unique: image.unique,
            layers: image.layers,
            labels: image.labels,
            ...(graph.source.kind === 'engine' ? { containers: image.containers } : {}),
          })),
        ),
      );
      return;
    }
    const id = (image: ImageNode): string => (switches.has('no-trunc') ? image.id : shortDigest(image.id));
    if (switches.has('quiet')) {
      for (const each of new Set(rows.map(({ image }) => id(image)))) session.out(`${each}\n`);
      return;
    }
    const digests = switches.has('digests');
    const named = rows.flatMap(({ name }) => name ?? []);
    // Where a name stands for several platforms its rows would look alike.
    const platforms = new Set(named).size < named.length;
    const now = Date.now();
    const none = '<none>';
    const table = rows.map(({ repository, tag, image }) => [
      repository ?? none,
      tag ?? none,
      ...(digests ? [image.manifests[0] ?? none] : []),
      id(image),
      ...(platforms ? [platformText(image)] : []),
      isNoDate(image.created) ? 'N/A' : formatAge(image.created, now, session.language),
      formatBytes(image.size),
      formatBytes(image.shared),
    ]);
    const head = [
      'REPOSITORY',
      'TAG',
      ...(digests ? ['DIGEST'] : []),
      'IMAGE ID',
      ...(platforms ? ['PLATFORM'] : []),
      'CREATED',
      'SIZE',
      'SHARED',
    ];
    session.out(columns([head, ...table]));
  },
};
