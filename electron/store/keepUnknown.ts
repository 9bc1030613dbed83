import type { OciDescriptor, OciIndex } from '../../shared/image/manifest';

/** A JSON object as another tool may have written it. */
type Stored = Record<string, unknown>;

const isObject = (value: unknown): value is Stored =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entries of an index.json as they are written there: those that were read, in their order, and those that are no descriptors. */
function storedManifests(
  stored: object,
  { unfit = [] }: Pick<OciIndex, 'unfit'>,
): { readonly read: readonly unknown[]; readonly unfit: readonly unknown[] } {
  const { manifests } = stored as Stored;
  const all: readonly unknown[] = Array.isArray(manifests) ? manifests : [];
  const places = new Set(unfit.map(({ place }) => place));
  return { read: all.filter((_, i) => !places.has(i)), unfit: all.filter((_, i) => places.has(i)) };
}

/** A descriptor with the members that only the stored one has: its own, and those of its platform. */
function whole(descriptor: OciDescriptor, stored: unknown, read: OciDescriptor): OciDescriptor {
  if (!isObject(stored)) return descriptor;
  const unknown = Object.entries(stored).filter(
    ([key]) => !Object.hasOwn(read, key) && key !== 'annotations',
  );
  const { platform } = stored;
  return {
    ...descriptor,
    ...(descriptor.platform && isObject(platform)
      ? { platform: { ...platform, ...descriptor.platform } }
      : {}),
    ...Object.fromEntries(unknown.filter(([key]) => !Object.hasOwn(descriptor, key))),
  };
}

/**
 * What index.json is to hold after a change, as JSON: members that other tools have written and we do not know stay, those
 * of the document and those of a root, also when the root got another name, and entries that are no descriptors. `before` is what `stored` was read as.
 */
export function keepUnknown(stored: object, before: OciIndex, after: OciIndex): object {
  const { read: manifests, unfit } = storedManifests(stored, before);
  const same = new Map(before.manifests.map((descriptor, i) => [descriptor, manifests[i]]));
  const first = new Map<string, number>();
  for (const [i, { digest }] of before.manifests.entries()) if (!first.has(digest)) first.set(digest, i);
  return {
    ...stored,
    manifests: [
      ...after.manifests.map((descriptor) => {
        if (same.has(descriptor)) return same.get(descriptor);
        const at = first.get(descriptor.digest);
        const read = at === undefined ? undefined : before.manifests[at];
        return at === undefined || !read ? descriptor : whole(descriptor, manifests[at], read);
      }),
      ...unfit,
    ],
  };
}

/** Roots of an index.json with the members that we do not know, for when they are put back. */
export function wholeRoots(
  stored: object,
  before: OciIndex,
  roots: readonly OciDescriptor[],
): readonly OciDescriptor[] {
  const { read: manifests } = storedManifests(stored, before);
  return roots.map((root) => {
    const at = before.manifests.indexOf(root);
    return at < 0 ? root : whole(root, manifests[at], root);
  });
}
