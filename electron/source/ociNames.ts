import { layoutName, nameMeaning, tagName } from '../../shared/image/layoutName';
import { fullNameAnnotation, type OciDescriptor } from '../../shared/image/manifest';
import { problem } from '../../shared/image/problem';
import type { ArchiveFiles } from './archiveFiles';

/** A reference name that is a bare version or `latest`: what Docker 25 and buildx write beside the full name. */
const bareTag = /^(?:latest|v?\d[A-Za-z0-9_.-]*)$/;

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
 * The familiar name under which a descriptor of an OCI layout is loaded, or null for none: its name (`layoutName`), where that is a
 * reference, which umoci's single words are to podman (`base` becomes `base:latest`); a bare tag as a tag of the archive's own name,
 * for by itself it says nothing. A name outside of the reference grammar gives no name: the image is not lost for it.
 */
export function nameOf(descriptor: OciDescriptor, label: string): string | null {
  const name = layoutName(descriptor);
  if (name === null) return null;
  const isWhole = nameMeaning(name) === descriptor.annotations?.[fullNameAnnotation];
  if (bareTag.test(name) && !isWhole) return tagName(`${repositoryOf(label)}:${name}`) ?? tagName(name);
  return tagName(name);
}
