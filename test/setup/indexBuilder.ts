import { blobPath, buildImage, digestOf, tarOf, type ImageSpec, type TarMember } from './imageBuilder';

/** Builds OCI layouts with an index of several platforms, attestations and other artifacts, for tests. */

const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly [member: string]: unknown;
}

/** A platform of an index; `absent` lists it without its blobs. */
export interface PlatformSpec extends ImageSpec {
  readonly variant?: string;
  readonly absent?: boolean;
  /** What its descriptor says instead of what its config does; null for nothing. */
  readonly listed?: { readonly os: string; readonly architecture: string; readonly variant?: string } | null;
  /** Predicate types of statements in its attestation; none is made without them. */
  readonly statements?: readonly string[];
}

/** What {@link indexedLayout} gives beside its members. */
export interface IndexedLayout {
  readonly members: readonly TarMember[];
  readonly archive: Buffer;
  readonly index: Descriptor;
  /** Image IDs by platform. */
  readonly ids: Readonly<Record<string, string>>;
  readonly manifests: Readonly<Record<string, string>>;
}

/** A document as a descriptor and a member. */
function blob(
  content: Uint8Array,
  mediaType: string,
  more: Readonly<Record<string, unknown>> = {},
): { readonly descriptor: Descriptor; readonly member: TarMember } {
  const digest = digestOf(content);
  return {
    descriptor: { mediaType, digest, size: content.length, ...more },
    member: { path: blobPath(digest), content },
  };
}

/** An artifact's manifest with the blobs it names. */
export function artifactOf(
  document: Readonly<Record<string, unknown>>,
  layers: readonly (readonly [content: string, mediaType: string, annotations?: Record<string, string>])[],
  configType = 'application/vnd.oci.empty.v1+json',
  config = '{}',
): { readonly descriptor: Descriptor; readonly members: readonly TarMember[] } {
  const made = layers.map(([content, type, annotations]) =>
    blob(Buffer.from(content), type, annotations ? { annotations } : {}),
  );
  const configBlob = blob(Buffer.from(config), configType);
  const manifest = blob(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: configBlob.descriptor,
        layers: made.map(({ descriptor }) => descriptor),
        ...document,
      }),
    ),
    manifestType,
  );
  return {
    descriptor: manifest.descriptor,
    members: [manifest.member, configBlob.member, ...made.map(({ member }) => member)],
  };
}

/** The attestation of an image as buildkit writes it. */
function attestation(
  subject: string,
  statements: readonly string[],
): { readonly descriptor: Descriptor; readonly members: readonly TarMember[] } {
  const made = artifactOf(
    {},
    statements.map((type) => [
      JSON.stringify({ _type: 'https://in-toto.io/Statement/v0.1', predicateType: type }),
      'application/vnd.in-toto+json',
      { 'in-toto.io/predicate-type': type },
    ]),
    'application/vnd.oci.image.config.v1+json',
    JSON.stringify({
      architecture: 'unknown',
      os: 'unknown',
      config: {},
      rootfs: { type: 'layers', diff_ids: statements.map(digestOf) },
    }),
  );
  const annotations = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': subject,
  };
  const platform = { os: 'unknown', architecture: 'unknown' };
  return { ...made, descriptor: { ...made.descriptor, annotations, platform } };
}

/** A layout whose one root is an index of these platforms, under `name`. `beside` are listed in index.json, too. */
export function indexedLayout(
  name: string | null,
  platforms: readonly PlatformSpec[],
  beside: (layout: Omit<IndexedLayout, 'members' | 'archive'>) => readonly {
    readonly descriptor: Descriptor;
    readonly members: readonly TarMember[];
  }[] = () => [],
): IndexedLayout {
  const members = new Map<string, TarMember>();
  const add = (member: TarMember): void => void members.set(member.path, member);
  const listed: Descriptor[] = [];
  const attested: Descriptor[] = [];
  const ids: Record<string, string> = {};
  const manifests: Record<string, string> = {};
  for (const spec of platforms) {
    const image = buildImage(spec);
    const { os = 'linux', architecture = 'amd64', variant } = spec;
    const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    const { manifest, manifestDigest: digest } = image;
    const said = spec.listed === undefined ? platform : spec.listed;
    listed.push({
      mediaType: manifestType,
      digest,
      size: manifest.length,
      ...(said === null ? {} : { platform: said }),
    });
    const key = `${os}/${architecture}`;
    ids[key] = image.id;
    manifests[key] = digest;
    if (spec.absent === true) continue;
    add({ path: blobPath(digest), content: manifest });
    add({ path: blobPath(image.id), content: image.config });
    for (const layer of image.layers) add({ path: blobPath(layer.digest), content: layer.blob });
    if (spec.statements) {
      const made = attestation(digest, spec.statements);
      attested.push(made.descriptor);
      made.members.forEach(add);
    }
  }
  const index = blob(
    Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [...listed, ...attested] }),
    ),
    indexType,
  );
  add(index.member);
  const more = beside({ index: index.descriptor, ids, manifests });
  for (const each of more) each.members.forEach(add);
  const root =
    name === null
      ? index.descriptor
      : { ...index.descriptor, annotations: { 'org.opencontainers.image.ref.name': name } };
  const roots = [root, ...more.map(({ descriptor }) => descriptor)];
  add({ path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' });
  add({ path: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests: roots }) });
  const all = [...members.values()];
  return { members: all, archive: tarOf(all), index: index.descriptor, ids, manifests };
}
