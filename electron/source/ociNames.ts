import { isBareTag, layoutName, nameMeaning, tagName, wholeName } from '../../shared/image/layoutName';
import { fullNameAnnotation, type OciDescriptor } from '../../shared/image/manifest';
import { problem } from '../../shared/image/problem';
import type { ArchiveFiles } from './archiveFiles';

/** Holds the number of names that `entry` of an input gives against its bound. Throws `limit-exceeded`. */
export function checkNames(
  { label: file, limits }: Pick<ArchiveFiles, 'label' | 'limits'>,
  entry: string,
  found: number,
): void {
  if (found > limits.names)
    throw problem('limit-exceeded', { file, what: entry, limit: limits.names, name: 'names', found });
}

/**
 * The familiar name under which a descriptor of an OCI layout is loaded (`wholeName`), or null for none: a name outside of the reference
 * grammar gives no name, and the image is not lost for it.
 */
export function nameOf(descriptor: OciDescriptor, label: string): string | null {
  const name = layoutName(descriptor);
  if (name === null) return null;
  return isSaid(descriptor, name) ? tagName(name) : wholeName(name, label);
}

/**
 * The name under which a descriptor is listed where it is looked at: its own, to the letter, as it is to skopeo. A bare tag of which the
 * entry says the whole name (`v1` is `docker.io/library/v1:latest`) is that.
 */
export function ownNameOf(descriptor: OciDescriptor): string | null {
  const name = layoutName(descriptor);
  return name !== null && isBareTag(name) && isSaid(descriptor, name) ? tagName(name) : name;
}

/** The names that {@link nameOf} makes none of, each once. */
export function unfitNames(descriptors: readonly OciDescriptor[], label: string): readonly string[] {
  const unfit = descriptors.filter((each) => nameOf(each, label) === null);
  return [...new Set(unfit.flatMap((each) => layoutName(each) ?? []))];
}

/** Whether the entry itself says that its name is this whole reference. */
const isSaid = ({ annotations }: OciDescriptor, name: string): boolean =>
  nameMeaning(name) === annotations?.[fullNameAnnotation];
