/**
 * Every bound against hostile input, in one place. No ordinary image comes near a default; what goes beyond one is refused
 * with a sentence that names it, and a person who trusts the input can raise it as far as `most`, or lower it.
 */
export interface LimitSpec {
  /** What the value counts: it decides how it is read and written. */
  readonly unit: 'bytes' | 'count' | 'seconds';
  readonly default: number;
  /** As far as a person can raise it: what memory and time still bear. */
  readonly most: number;
}

const KiB = 2 ** 10;
const MiB = 2 ** 20;
const GiB = 2 ** 30;
const TiB = 2 ** 40;

/** The bounds by the names that people use. */
export const limitSpecs = {
  /** Bytes of a manifest, config or index. The OCI distribution spec has registries stop at 4 MiB, too (CVE-2020-1702, CVE-2023-25153). */
  'document-bytes': { unit: 'bytes', default: 4 * MiB, most: 64 * MiB },
  /** Bytes of all documents of one input together: they are held until it is clear which of them belong to images. */
  'documents-total': { unit: 'bytes', default: 256 * MiB, most: GiB },
  /** Bytes of a docker-archive's manifest.json: it lists all images, 8 MiB hold some thousands of them. */
  'manifest-bytes': { unit: 'bytes', default: 8 * MiB, most: 64 * MiB },
  /**
   * Values in a JSON document: each costs a hundred bytes and more, however few it is written in. An index of ten thousand
   * images has 150,000; `most` takes half a gigabyte, or what 200,000 images come to.
   */
  'json-values': { unit: 'count', default: 1_000_000, most: 2_000_000 },
  /** Nesting of a JSON document; real ones have 6. A parser that calls itself would overflow its stack. */
  'json-depth': { unit: 'count', default: 64, most: 1000 },
  /** Descriptors followed along every path of a layout: 9 nested indexes of 10 each would be a billion. `most` take a gigabyte. */
  descriptors: { unit: 'count', default: 100_000, most: 250_000 },
  /** How deep indexes nest; two is what tools write. */
  'index-depth': { unit: 'count', default: 4, most: 32 },
  /** Images in one archive; a thousand is the most that anybody is known to save at once. */
  images: { unit: 'count', default: 100_000, most: 250_000 },
  /** Names in one archive, all images' together: each costs some 300 bytes of index.json. */
  names: { unit: 'count', default: 100_000, most: 250_000 },
  /** Layers of one image: Docker stops at 127, the kernel stacks 500. */
  layers: { unit: 'count', default: 4096, most: 100_000 },
  /**
   * Layers of all images of one input together, however many images share them: each is a line in a manifest that we write, and
   * one in every list of the store. A thousand images of a hundred layers are a large registry's backup.
   */
  'layers-total': { unit: 'count', default: 250_000, most: 400_000 },
  /** Members of the archive itself: each costs memory. The largest real ones have some ten thousand. */
  'archive-members': { unit: 'count', default: 1_000_000, most: 20_000_000 },
  /**
   * Members of a layer, with the directories that they imply: a Debian system with all its
   * tools has 150,000. What makes a tree of them takes up to a kilobyte for each, which bounds `most`.
   */
  'layer-members': { unit: 'count', default: 1_000_000, most: 1_500_000 },
  /** Bytes of one pax or GNU extension header, held in memory (CVE-2022-2879); real ones have some hundred. */
  'extension-bytes': { unit: 'bytes', default: MiB, most: 64 * MiB },
  /** Bytes of a name or of a link's target: four times what Linux can open. */
  'path-bytes': { unit: 'bytes', default: 16 * KiB, most: MiB },
  /**
   * Bytes of all names and link targets of one tar together: whoever makes a list or a tree of it holds them, and an extension
   * header of 16 KiB compresses to nothing. A layer of a million files has 80 MiB.
   */
  'names-total': { unit: 'bytes', default: 128 * MiB, most: 256 * MiB },
  /** Directories in a name: a path that Linux can open has no more (CVE-2024-28863). */
  'path-depth': { unit: 'count', default: 2048, most: 100_000 },
  /** Bytes of all extended attributes of a member: Linux holds 64 KiB in one. */
  'xattr-bytes': { unit: 'bytes', default: 512 * KiB, most: 64 * MiB },
  /**
   * Bytes of the extended attributes of all members of one tar together, each with 128 more for what it costs beside name and value:
   * whoever makes a tree of it holds them. SELinux labels of 700,000 files have 128 MiB.
   */
  'xattrs-total': { unit: 'bytes', default: 128 * MiB, most: 256 * MiB },
  /** Regions of a sparse file, held in memory (CVE-2025-58183, CVE-2026-32288). */
  'sparse-regions': { unit: 'count', default: 100_000, most: 2_000_000 },
  /** Bytes out of the decoder of one stream (CVE-2026-59873): no layer that anybody pulls is as large. */
  'expanded-bytes': { unit: 'bytes', default: 512 * GiB, most: 1024 * TiB },
  /** Bytes out of a decoder for one byte in, past 4 GiB; real layers stay under 100, deflate itself ends near 1032. */
  'expansion-ratio': { unit: 'count', default: 400, most: 1_000_000 },
  /** Seconds for one load or import: at 50 MB/s they are enough for a terabyte. */
  time: { unit: 'seconds', default: 6 * 3600, most: 30 * 86_400 },
} as const satisfies Readonly<Record<string, LimitSpec>>;

/** Name of a bound. */
export type LimitName = keyof typeof limitSpecs;
/** A value for each bound: bytes, counts or seconds. */
export type Limits = Readonly<Record<LimitName, number>>;

export const limitNames = Object.keys(limitSpecs) as readonly LimitName[];

function each(value: (spec: LimitSpec) => number): Limits {
  return Object.fromEntries(limitNames.map((name) => [name, value(limitSpecs[name])])) as Limits;
}

/** The bounds that hold unless a person says otherwise. */
export const defaultLimits: Limits = each((spec) => spec.default);

/**
 * The bounds for what is in the store already: it was let in under those of its time, which may have been raised, and has
 * to stay readable.
 */
export const storedLimits: Limits = each((spec) => spec.most);

/** Past this many bytes out of a decoder the expansion ratio counts: below it no ratio does harm. */
export const ratioFrom = 4 * GiB;

/** Tells whether a text is the name of a bound. */
export function isLimitName(text: string): text is LimitName {
  return Object.hasOwn(limitSpecs, text);
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  k: KiB,
  m: MiB,
  g: GiB,
  t: TiB,
  kib: KiB,
  mib: MiB,
  gib: GiB,
  tib: TiB,
};
const timeUnits: Readonly<Record<string, number>> = { '': 1, s: 1, min: 60, m: 60, h: 3600, d: 86_400 };

/** The number and the unit of a value as people write it, in the units given; null for anything else. */
function readValue(text: string, units: Readonly<Record<string, number>>): number | null {
  const parts = /^(\d{1,16}(?:\.\d{1,3})?) ?([a-z]*)$/i.exec(text.trim());
  const word = (parts?.[2] ?? '').toLowerCase();
  if (!parts || !Object.hasOwn(units, word)) return null;
  const value = Number(parts[1]) * (units[word] ?? 1);
  return Number.isSafeInteger(value) ? value : null;
}

/** Reads an amount of bytes as people write it (`20GB`, `8g`, `0`), in the units of {@link parseLimitValue}; null for anything else. */
export const parseBytes = (text: string): number | null => readValue(text, byteUnits);

/**
 * Reads a value as people write it: `8GiB`, `500MB`, `8g` (binary, as Docker has it), `30min`, `2h`, `100000`. Null for
 * anything else, for nothing and for more than the bound's `most`.
 */
export function parseLimitValue(name: LimitName, text: string): number | null {
  const { unit, most } = limitSpecs[name];
  const value = readValue(text, unit === 'bytes' ? byteUnits : unit === 'seconds' ? timeUnits : { '': 1 });
  return value !== null && value >= 1 && value <= most ? value : null;
}

/** Why a change was refused: the word that is no bound, or the value that is none. */
export interface LimitChangeFault {
  readonly fault: 'form' | 'name' | 'value';
  readonly text: string;
}

/** Applies changes `NAME=VALUE`, later ones over earlier ones; the first that cannot be read is told instead. */
export function changeLimits(limits: Limits, changes: readonly string[]): Limits | LimitChangeFault {
  const changed: Record<LimitName, number> = { ...limits };
  for (const change of changes) {
    const equals = change.indexOf('=');
    if (equals < 0) return { fault: 'form', text: change };
    const name = change.slice(0, equals).trim();
    if (!isLimitName(name)) return { fault: 'name', text: name };
    const value = parseLimitValue(name, change.slice(equals + 1));
    if (value === null) return { fault: 'value', text: change };
    changed[name] = value;
  }
  return changed;
}

/** The value that lets through what `limit` refused: twice as much, or as much as was found; null where `most` is not enough. */
export function raisedLimit(name: LimitName, limit: number, found?: number): number | null {
  const { most } = limitSpecs[name];
  if (limit >= most || (found !== undefined && found > most)) return null;
  let value = limit;
  do value *= 2;
  while (found !== undefined && value < found);
  return Math.min(value, most);
}

const exact = (value: number, units: readonly (readonly [string, number])[]): string => {
  const [name, size] = units.find(([, one]) => value >= one && value % one === 0) ?? ['', 1];
  return `${value / size}${name}`;
};

/** A value in a form that {@link parseLimitValue} reads back: `4MiB`, `6h`, `100000`. */
export function limitText(name: LimitName, value: number): string {
  switch (limitSpecs[name].unit) {
    case 'bytes':
      return exact(value, [
        ['TiB', TiB],
        ['GiB', GiB],
        ['MiB', MiB],
        ['KiB', KiB],
        ['B', 1],
      ]);
    case 'seconds':
      return exact(value, [
        ['d', 86_400],
        ['h', 3600],
        ['min', 60],
        ['s', 1],
      ]);
    case 'count':
      return String(value);
  }
}
