import { shortDigest } from '../../../shared/image/digest';
import { platformText } from '../../../shared/image/platform';
import { nameMeaning, tagName } from '../../../shared/image/layoutName';
import { parseReference, splitName } from '../../../shared/image/reference';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import { formatAgeInWords, formatBytes, isNoDate, visibleText } from '../../../shared/text/format';
import { findName } from '../../../shared/graph/imagesByName';
import { nameDigest } from '../../../shared/graph/nameDigest';
import { resolveImage } from '../../actions/images/resolveImage';
import { withWholeLabels } from '../../actions/images/storeView';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { dockerSize, goTime, rowFormat, rowFormatOption } from '../rowFormat';
import { globToRegExp, isMalformedGlob } from '../../../shared/image/glob';
import { UsageFault } from '../parser';
import { noteElsewhere } from '../noteElsewhere';
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
 * `upTo`: an image of the very moment of `until` passes, as where Docker prunes, otherwise than where it lists. Throws
 * {@link UsageFault}, `image-not-found`.
 */
export function parseFilters(texts: readonly string[], graph: Images, upTo = false): Keep {
  const isReference = (text: string): boolean => filterKey(text) === 'reference';
  const references = texts.filter(isReference).map((text) => parseFilter(text, graph, upTo));
  const others = texts.filter((text) => !isReference(text)).map((text) => parseFilter(text, graph, upTo));
  return (row) =>
    others.every((keep) => keep(row)) && (references.length === 0 || references.some((keep) => keep(row)));
}

/** Whether one of the filters is about labels. */
export const asksLabels = (texts: readonly string[]): boolean =>
  texts.some((text) => /^label!?$/.test(filterKey(text)));

/** The key of a filter; Docker takes capitals and blanks around it. */
const filterKey = (text: string): string => (text.split('=', 1)[0] ?? '').trim().toLowerCase();

const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 } as const;

/**
 * The time that `until` names, as Docker takes it: an age in Go's words (`24h`, `1h30m`), seconds since 1970, or a date with
 * or without a time, of this machine's zone where it names none. Milliseconds since 1970; null for anything else.
 */
export function timeBefore(text: string, now: number): number | null {
  if (/^(?:\d+(?:\.\d+)?(?:h|ms|us|\u00b5s|ns|m|s))+$/.test(text)) {
    let age = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|\u00b5s|ns|m|s)/g))
      age += Number(amount) * units[unit as keyof typeof units];
    return now - age;
  }
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = /^(\d{4}-\d\d-\d\d)(T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (!date) return null;
  const [, day = '', time = 'T00', zone = ''] = date;
  const whole = time.length === 3 ? `${time}:00` : time;
  const found = Date.parse(`${day}${whole}${zone}`);
  return Number.isNaN(found) ? null : found;
}

/**
 * Whether a name fits a pattern, with its tag or without: in its familiar spelling as Docker matches it, or in the long one
 * (`docker.io/library/debian`, `library/debian`) where the pattern begins like that.
 */
export function namePattern(text: string): (name: string) => boolean {
  const glob = globToRegExp(text);
  const isLong = /^(?:(?:index\.)?docker\.io|library)\//.test(text);
  return (name) => {
    const { repository } = splitName(name);
    if (glob.test(name) || glob.test(repository)) return true;
    if (!isLong) return false;
    const full = nameMeaning(name);
    if (!full.startsWith('docker.io/')) return false;
    const path = full.slice('docker.io/'.length);
    return ['docker.io/', 'index.docker.io/', ''].some((host) =>
      [path, name].some((each) => {
        const long = `${host}${each}`;
        return glob.test(long) || glob.test(splitName(long).repository);
      }),
    );
  };
}

function parseFilter(text: string, graph: Images, upTo: boolean): Keep {
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
    case 'label!':
    case 'label': {
      if (key === 'label!') {
        const has = parseFilter(`label=${value}`, graph, upTo);
        return (row) => !has(row);
      }
      const at = value.indexOf('=');
      if (at < 0) return ({ image }) => Object.hasOwn(image.labels, value);
      return ({ image }) => image.labels[value.slice(0, at)] === value.slice(at + 1);
    }
    case 'reference':
      return digestWord(value) ?? nameWord(value);
    case 'until': {
      const until = timeBefore(value, Date.now());
      if (until === null) throw new UsageFault((t) => t('usage.until', { text: value }));
      return ({ image }) => {
        const created = isNoDate(image.created) ? 0 : Date.parse(image.created);
        return upTo ? created <= until : created < until;
      };
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

/**
 * The filter of the word behind the options: a repository, one of its tags, a digest of it, or a pattern of such. Throws
 * `reference-invalid` for what is neither, {@link UsageFault} for a pattern that is none.
 */
function parseWord(word: string, { images }: Images): Keep {
  // A name of a foreign layout that is no reference is one all the same.
  const listed = tagName(word) === null ? findName(images, word) : null;
  if (listed !== null) return ({ name }) => name === listed;
  if (!/[*?[]/.test(word)) parseReference(word);
  return digestWord(word) ?? nameWord(word);
}

/** Passes the names that fit a pattern. Throws {@link UsageFault} for what is none. */
function nameWord(text: string): Keep {
  if (isMalformedGlob(text)) throw new UsageFault((t) => t('usage.pattern', { text }));
  const fits = namePattern(text);
  return ({ name }) => name !== null && fits(name);
}

/** Passes the names of a repository that stand for the digest behind its `@`; null for a text without one. */
function digestWord(text: string): Keep | null {
  if (/[*?[]/.test(text) || !text.includes('@')) return null;
  try {
    const { digest, repositoryName } = parseReference(text);
    return ({ repository, name, image }) =>
      repository === repositoryName && name !== null && nameDigest(image, name) === digest;
  } catch {
    return null;
  }
}

/** The fields of Docker's templates for images, with their headings. */
const heads = {
  ID: 'IMAGE ID',
  Repository: 'REPOSITORY',
  Tag: 'TAG',
  Digest: 'DIGEST',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  Size: 'SIZE',
  VirtualSize: 'SIZE',
  SharedSize: 'SHARED SIZE',
  UniqueSize: 'UNIQUE SIZE',
  Containers: 'CONTAINERS',
  Platform: 'PLATFORM',
};

/** What Docker means by `--format raw`: a line a field, and an empty one behind each image. */
function rawFormat(switches: ReadonlySet<string>): string {
  if (switches.has('quiet')) return 'image_id: {{.ID}}';
  const digest = switches.has('digests') ? 'digest: {{.Digest}}\n' : '';
  return `repository: {{.Repository}}\ntag: {{.Tag}}\n${digest}image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n`;
}

export const images: Command = {
  name: 'images',
  usage:
    'images [-a] [-q] [--no-trunc] [--digests] [-f FILTER] [--format FORMAT] [--source PLACE [--limit NAME=VALUE…]] [REPO[:TAG]|GLOB]',
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
    { long: 'digests', help: ['print the digests that names stand for', '显示名称所指的 digest'] },
    {
      long: 'filter',
      short: 'f',
      value: 'FILTER',
      many: true,
      help: [
        'dangling=BOOL, label=K[=V], reference=GLOB, before=IMG, since=IMG, until=TIME|AGE',
        'dangling=BOOL、label=K[=V]、reference=GLOB、before=IMG、since=IMG、until=时间|时长',
      ],
    },
    rowFormatOption,
    sourceOption,
    limitOption,
  ],
  examples: [
    'stratigraph images',
    'stratigraph images -f dangling=true -q',
    "stratigraph images --format '{{.Repository}}:{{.Tag}} {{.Size}}'",
    "stratigraph images 'rig/*'",
  ],
  async execute(session, parsed) {
    const { switches, values, words } = parsed;
    if (words.length > 1) throw new UsageFault((t) => t('usage.images'));
    const format = rowFormat(session, parsed, heads, rawFormat(switches));
    const place = await sourceOf(session, parsed);
    const read = await readImages(session, place);
    const filters = values.get('filter') ?? [];
    const isWhole = place.layers === null || !asksLabels(filters);
    const graph = isWhole ? read : await withWholeLabels(await session.context(), read);
    const keep = [parseFilters(filters, graph)];
    const [word] = words;
    if (word !== undefined) {
      const named = parseWord(word, graph);
      keep.push(switches.has('all') ? (row) => row.name === null || named(row) : named);
    }
    const rows = imageRows(graph).filter((row) => keep.every((test) => test(row)));
    // An engine has all of its layers.
    if (place.layers !== null && !switches.has('quiet') && 'layers' in read)
      noteElsewhere(session, read as ImageGraph, new Set(rows.map(({ image }) => image)));
    if (session.json) {
      session.out(
        jsonText(
          rows.map(({ repository, tag, name, image }) => ({
            id: image.id,
            repository,
            tag,
            names: image.names,
            digest: nameDigest(image, name),
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
    const now = Date.now();
    const none = '<none>';
    const age = (image: ImageNode): string =>
      isNoDate(image.created) ? 'N/A' : formatAgeInWords(image.created, now, session.language);
    if (format) {
      format(
        rows.map(({ repository, tag, name, image }) => ({
          ID: id(image),
          Repository: visibleText(repository ?? none),
          Tag: visibleText(tag ?? none),
          Digest: nameDigest(image, name) ?? none,
          CreatedSince: age(image),
          CreatedAt: isNoDate(image.created) ? 'N/A' : goTime(image.created),
          Size: dockerSize(image.size),
          VirtualSize: dockerSize(image.size),
          SharedSize: dockerSize(image.shared),
          UniqueSize: dockerSize(image.unique),
          Containers: graph.source.kind === 'engine' ? String(image.containers.length) : 'N/A',
          Platform: visibleText(platformText(image)),
        })),
      );
      return;
    }
    if (switches.has('quiet')) {
      // Once a row, as Docker does: whoever counts them counts names.
      for (const { image } of rows) session.out(`${id(image)}\n`);
      return;
    }
    const digests = switches.has('digests');
    const named = rows.flatMap(({ name }) => name ?? []);
    // Where a name stands for several platforms its rows would look alike.
    const platforms = new Set(named).size < named.length;
    const table = rows.map(({ repository, tag, name, image }) => [
      repository ?? none,
      tag ?? none,
      ...(digests ? [nameDigest(image, name) ?? none] : []),
      id(image),
      ...(platforms ? [platformText(image)] : []),
      age(image),
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
