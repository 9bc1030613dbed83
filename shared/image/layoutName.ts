import { shown } from './hiddenText';
import { fullNameAnnotation, refNameAnnotation, type OciDescriptor, type OciIndex } from './manifest';
import { parseReference, splitName } from './reference';

/**
 * What a name in an OCI layout means: the one rule for where it is listed, taken and written. The text of
 * `org.opencontainers.image.ref.name` is the name, whatever it is (skopeo looks it up byte by byte), and other tools write more than Docker's
 * references there: `v1`, `docker.io/library/alpine:3`, `a b`. Names that are the same reference are one name in several spellings.
 */

/**
 * The familiar name with its tag that a text stands for, or null when it is no reference or has a digest only: a digest
 * cannot be given as a name, and beside a tag it says what the descriptor says already.
 */
export function tagName(text: string): string | null {
  try {
    const { repositoryName, tag } = parseReference(text);
    return tag === null ? null : `${repositoryName}:${tag}`;
  } catch {
    return null;
  }
}

/**
 * The name that a descriptor of an index carries; null for a dangling one. containerd and Docker write a bare tag (`1.0`), which many
 * images of a layout may have, and the whole name beside it. umoci keeps that where it gives another tag: then it says nothing any more.
 */
export function layoutName({ annotations }: Pick<OciDescriptor, 'annotations'>): string | null {
  const name = annotations?.[refNameAnnotation] || null;
  const full = annotations?.[fullNameAnnotation];
  if (full === undefined || full === `docker.io/${name}` || full === `docker.io/library/${name}`) return name;
  const known = tagName(full);
  if (known === null || name === null) return known ?? name;
  return splitName(known).tag === name.replace(/@.*/s, '') && tagName(name) !== known ? known : name;
}

/** The whole name of an entry that has no other beside it; undefined where it has. */
const loneName = ({ annotations }: Pick<OciDescriptor, 'annotations'>): string | undefined =>
  annotations?.[refNameAnnotation] ? undefined : annotations?.[fullNameAnnotation];

/**
 * An index in which every name is one entry's. skopeo, which gives a name to another image, takes `ref.name` from the entry that had it and
 * leaves the whole name there: that says nothing where another entry has the name. The same object where there is none such.
 */
export function settleNames<T extends Pick<OciIndex, 'manifests'>>(index: T): T {
  if (!index.manifests.some((each) => loneName(each) !== undefined)) return index;
  const taken = new Set(
    index.manifests.flatMap((each) =>
      loneName(each) === undefined ? [nameMeaning(layoutName(each) ?? '')] : [],
    ),
  );
  const manifests = index.manifests.map((each) => {
    const lone = loneName(each);
    if (lone === undefined || !taken.has(nameMeaning(tagName(lone) ?? lone))) return each;
    const { annotations = {}, ...rest } = each;
    const { [fullNameAnnotation]: _, ...others } = annotations;
    return Object.keys(others).length > 0 ? { ...rest, annotations: others } : rest;
  });
  return { ...index, manifests };
}

/** Whether a reference name is a bare version or `latest`: what Docker 25 and buildx write beside the full name, and umoci alone. */
export const isBareTag = (name: string): boolean => /^(?:latest|v?\d[A-Za-z0-9_.-]*)$/.test(name);

/** The name of a file without its endings, as a repository: `My App-1.tar.gz` gives `my-app-1`. */
function repositoryOf(label: string): string {
  return label
    .toLowerCase()
    .replace(/(?:\.(?:tar|tgz|gz|zst|xz|bz2|oci|docker|zstd|gzip))+$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/**
 * The familiar name with its tag that a name of a layout becomes where a whole reference is needed (our own store, an engine, a
 * docker-archive), or null for none: the reference that it is, which umoci's single words are to podman (`base` becomes `base:latest`); a
 * bare tag as a tag of the layout's own name (`label`), for by itself it says nothing.
 */
export function wholeName(name: string, label: string): string | null {
  const ofLayout = isBareTag(name) ? tagName(`${repositoryOf(label)}:${name}`) : null;
  return ofLayout ?? tagName(name);
}

/**
 * The annotations of a name; the whole one only of what is a reference and says its tag: what a bare tag or a single word of another tool
 * stands for (`5.36`, `base`) is for who reads it to say, and copies keep it as it is.
 */
export function nameAnnotations(name: string): Readonly<Record<string, string>> {
  const says = tagName(name) !== null && splitName(name).tag !== '';
  const full = says ? { [fullNameAnnotation]: nameMeaning(name) } : {};
  return { ...full, [refNameAnnotation]: name };
}

/** What all spellings of a name have in common: the whole reference, or the text of what is none. */
export function nameMeaning(name: string): string {
  try {
    return parseReference(name).full;
  } catch {
    return name;
  }
}

/** Names as they are listed, to be found by what people write. */
export class ListedNames {
  private readonly names: ReadonlySet<string>;
  private byMeaning: ReadonlyMap<string, string> | null = null;

  constructor(names: Iterable<string>) {
    this.names = new Set(names);
  }

  /** The listed name that a word means: that very one, as lists show it too, or one that is the same reference. Null for none. */
  find(word: string): string | null {
    if (this.names.has(word)) return word;
    const meaning = nameMeaning(word.trim());
    const familiar = tagName(meaning);
    if (familiar !== null && this.names.has(familiar)) return familiar;
    this.byMeaning ??= new Map(
      [...this.names]
        .reverse()
        .flatMap((name) => [[shown(name), name] as const, [nameMeaning(name), name] as const]),
    );
    return this.byMeaning.get(meaning) ?? this.byMeaning.get(word) ?? null;
  }
}
