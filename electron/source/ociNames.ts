import { fullNameAnnotation, refNameAnnotation, type OciDescriptor } from '../../shared/image/manifest';
import { problem } from '../../shared/image/problem';
import { parseReference } from '../../shared/image/reference';
import type { ArchiveFiles } from './archiveFiles';

/** A reference name that is a bare version or `latest`: what Docker 25 and buildx write beside the full name. */
const bareTag = /^(?:latest|v?\d[A-Za-z0-9_.-]*)$/;

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

/** Holds the number of names that `entry` of an input gives against its bound. Throws `limit-exceeded`. */
export function checkNames(
  { label: file, limits }: Pick<ArchiveFiles, 'label' | 'limits'>,
  entry: string,
  found: number,
): void {
  if (found > limits.names)
    throw problem('limit-exceeded', { file, what: entry, limit: limits.names, name: 'names', found });
}

/** The name of a file without its endings, as a repository: `My App-1.tar.gz` gives `my-app-1`. */
function repositoryOf(label: string): string {
  return label
    .toLowerCase()
    .replace(/(?:\.(?:tar|tgz|gz|zst|xz|bz2|oci|docker|zstd|gzip))+$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/**
 * The familiar name of a descriptor in an OCI layout, or null for none. In this order: the full name that containerd and
 * Docker write; the reference name when it is a reference, which is what skopeo and podman write and what umoci's single
 * words are to podman (`base` becomes `base:latest`); a bare tag as a tag of the archive's own name, for by itself it
 * says nothing. A name outside of the reference grammar gives no name: the image is not lost for it.
 */
export function nameOf(descriptor: OciDescriptor, label: string): string | null {
  const full = descriptor.annotations?.[fullNameAnnotation];
  const known = full === undefined ? null : tagName(full);
  if (known !== null) return known;
  const name = descriptor.annotations?.[refNameAnnotation];
  if (name === undefined || name === '') return null;
  if (bareTag.test(name)) return tagName(`${repositoryOf(label)}:${name}`) ?? tagName(name);
  return tagName(name);
}
