import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseDiffId, parseDigest, parseImageId } from '../../shared/image/digest';
import type { Digest, DiffId, ImageId } from '../../shared/image/digest';

/**
 * Builds images, docker-archives and OCI layouts from a description, for tests. It shares no code with what it tests: it
 * has its own tar writer. The same description gives the same bytes.
 */

/** A member of a tar: a file of a layer, or a file of an archive. */
export interface TarMember {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly type?: keyof typeof flags;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since 1970. */
  readonly mtime?: number;
  readonly linkTarget?: string;
  readonly xattrs?: Readonly<Record<string, string | Uint8Array>>;
  readonly major?: number;
  readonly minor?: number;
  /** Further pax records. */
  readonly pax?: Readonly<Record<string, string>>;
}

/** A layer: its files, or its tar as it is. */
export interface LayerSpec {
  readonly files?: readonly TarMember[];
  readonly tar?: Uint8Array;
  /** Compression of the blob in an OCI layout; a docker-archive holds it as it is, too. */
  readonly gzip?: boolean;
  readonly zstd?: boolean;
}

/** An image as a test describes it. */
export interface ImageSpec {
  readonly names?: readonly string[];
  readonly layers: readonly LayerSpec[];
  /** Members of the config's `config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly history?: readonly Readonly<Record<string, unknown>>[];
  readonly os?: string;
  readonly architecture?: string;
  readonly created?: string;
}

/** A layer with all of its digests. */
export interface BuiltLayer {
  readonly tar: Buffer;
  readonly diffId: DiffId;
  /** The bytes as an archive holds them. */
  readonly blob: Buffer;
  readonly digest: Digest;
  readonly mediaType: string;
}

/** An image with all of its documents. */
export interface BuiltImage {
  readonly id: ImageId;
  readonly names: readonly string[];
  readonly config: Buffer;
  readonly manifest: Buffer;
  readonly manifestDigest: Digest;
  readonly layers: readonly BuiltLayer[];
}

const flags = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
} as const;

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/** `sha256:…` of some bytes. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

/** Bytes that no compressor makes small, the same for the same seed. */
export function noise(size: number, seed = 1): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, i = 0; at < size; at += 32, i++) {
    parts.push(createHash('sha256').update(`${seed}/${i}`).digest());
  }
  return Buffer.concat(parts).subarray(0, size);
}

/** gzip without anything of the machine in its header. */
export function gzip(bytes: Uint8Array): Buffer {
  const out = gzipSync(bytes, { level: 6 });
  out[9] = 255;
  return out;
}

/** A zstd frame of stored blocks: Node 20 has no compressor of its own. */
export function zstd(bytes: Uint8Array): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes.length));
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0]), size];
  const block = 1 << 17;
  for (let at = 0; at === 0 || at < bytes.length; at += block) {
    const piece = bytes.subarray(at, at + block);
    const last = at + block >= bytes.length ? 1 : 0;
    const head = Buffer.alloc(3);
    head.writeUIntLE(last | (piece.length << 3), 0, 3);
    parts.push(head, piece);
  }
  return Buffer.concat(parts);
}

/** Options of one raw header block, also for headers that are wrong. */
export interface RawHeader {
  readonly name: Uint8Array | string;
  readonly flag: string;
  readonly size: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly linkName?: string;
  readonly major?: number;
  readonly minor?: number;
  /** Changes fields before the checksum is made. */
  readonly edit?: (block: Buffer) => void;
}

/** One header block with a right checksum. */
export function headerBlock(header: RawHeader): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, offset: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
  };
  Buffer.from(header.name).copy(block, 0, 0, 100);
  octal(header.mode ?? 0o644, 100, 8);
  octal(header.uid ?? 0, 108, 8);
  octal(header.gid ?? 0, 116, 8);
  octal(header.size, 124, 12);
  octal(header.mtime ?? 0, 136, 12);
  block.write(header.flag, 156, 'latin1');
  Buffer.from(header.linkName ?? '').copy(block, 157, 0, 100);
  block.write('ustar\x0000', 257, 'latin1');
  if (header.major !== undefined || header.minor !== undefined) {
    octal(header.major ?? 0, 329, 8);
    octal(header.minor ?? 0, 337, 8);
  }
  header.edit?.(block);
  return withChecksum(block);
}

/** Gives a block the checksum of its bytes. */
export function withChecksum(block: Buffer): Buffer {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Bytes with the zeros that fill their last block. */
export function inBlocks(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** A pax record; its length counts itself. */
export function paxRecord(key: string, value: string | Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as string), Buffer.from('\n')]);
  let length = body.length + 1;
  while (String(length).length + body.length !== length) length = String(length).length + body.length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

/** Header and body of a member, with a pax header before it where it needs one. */
export function tarMember(member: TarMember): Buffer {
  const { path, type = 'file', linkTarget = '' } = member;
  const body = type === 'file' ? Buffer.from(member.content ?? '') : Buffer.alloc(0);
  const name = type === 'directory' && !path.endsWith('/') ? `${path}/` : path;
  const records: [string, string | Uint8Array][] = Object.entries(member.pax ?? {});
  if (Buffer.byteLength(name) > 100) records.push(['path', name]);
  if (Buffer.byteLength(linkTarget) > 100) records.push(['linkpath', linkTarget]);
  for (const [key, value] of Object.entries(member.xattrs ?? {}))
    records.push([`SCHILY.xattr.${key}`, value]);
  const parts: Buffer[] = [];
  if (records.length > 0) {
    const pax = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
    parts.push(headerBlock({ name: 'PaxHeaders.0/entry', flag: 'x', size: pax.length }), inBlocks(pax));
  }
  parts.push(
    headerBlock({
      name,
      flag: flags[type],
      size: body.length,
      mode: member.mode ?? (type === 'directory' ? 0o755 : 0o644),
      uid: member.uid ?? 0,
      gid: member.gid ?? 0,
      mtime: member.mtime ?? 0,
      linkName: linkTarget,
      ...(type === 'character' || type === 'block'
        ? { major: member.major ?? 0, minor: member.minor ?? 0 }
        : {}),
    }),
    inBlocks(body),
  );
  return Buffer.concat(parts);
}

/** A tar of these members with its two end blocks. */
export function tarOf(members: readonly TarMember[]): Buffer {
  return Buffer.concat([...members.map(tarMember), Buffer.alloc(1024)]);
}

/** Builds a layer's bytes and digests. */
export function buildLayer(spec: LayerSpec): BuiltLayer {
  const tar = Buffer.from(spec.tar ?? tarOf(spec.files ?? []));
  const blob = spec.gzip ? gzip(tar) : spec.zstd ? zstd(tar) : tar;
  const packed = spec.gzip ? '+gzip' : spec.zstd ? '+zstd' : '';
  return {
    tar,
    diffId: parseDiffId(digestOf(tar)),
    blob,
    digest: digestOf(blob),
    mediaType: `${types.layer}${packed}`,
  };
}

/** Builds an image's layers, config and manifest. */
export function buildImage(spec: ImageSpec): BuiltImage {
  const layers = spec.layers.map(buildLayer);
  const created = spec.created ?? '2024-05-01T12:00:00Z';
  const config = Buffer.from(
    JSON.stringify({
      architecture: spec.architecture ?? 'amd64',
      os: spec.os ?? 'linux',
      created,
      config: spec.config ?? {},
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: spec.history ?? layers.map((_, i) => ({ created, created_by: `COPY part ${i} /` })),
    }),
  );
  const id = parseImageId(digestOf(config));
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: types.config, digest: id, size: config.length },
      layers: layers.map(({ mediaType, digest, blob }) => ({ mediaType, digest, size: blob.length })),
    }),
  );
  return { id, names: spec.names ?? [], config, manifest, manifestDigest: digestOf(manifest), layers };
}

/** The members of a docker-archive as `docker save` writes them, what several images share once. */
export function dockerMembers(images: readonly BuiltImage[]): TarMember[] {
  const members = new Map<string, TarMember>();
  const add = (path: string, content: Uint8Array): string => {
    members.set(path, { path, content });
    return path;
  };
  const manifest = images.map(({ id, config, names, layers }) => ({
    Config: add(`${id.slice(7)}.json`, config),
    RepoTags: names.length > 0 ? names : null,
    Layers: layers.map(({ digest, blob }) => add(`${digest.slice(7)}/layer.tar`, blob)),
  }));
  add('manifest.json', Buffer.from(JSON.stringify(manifest)));
  return [...members.values()];
}

/** A docker-archive of these images. */
export function dockerArchive(specs: readonly ImageSpec[]): Buffer {
  return tarOf(dockerMembers(specs.map(buildImage)));
}

/** Where an OCI layout keeps a blob. */
export function blobPath(digest: string): string {
  return `blobs/sha256/${digest.slice(7)}`;
}

/** The files of an OCI image layout, what several images share once. */
export function ociMembers(images: readonly BuiltImage[]): TarMember[] {
  const members = new Map<string, TarMember>();
  const add = (path: string, content: string | Uint8Array): void => void members.set(path, { path, content });
  const manifests = images.flatMap(({ manifestDigest, manifest, names }) => {
    const descriptor = { mediaType: types.manifest, digest: manifestDigest, size: manifest.length };
    const named = names.map((name) => ({
      ...descriptor,
      annotations: { 'org.opencontainers.image.ref.name': name },
    }));
    return named.length > 0 ? named : [descriptor];
  });
  add('oci-layout', '{"imageLayoutVersion":"1.0.0"}');
  add('index.json', JSON.stringify({ schemaVersion: 2, manifests }));
  for (const image of images) {
    add(blobPath(image.manifestDigest), image.manifest);
    add(blobPath(image.id), image.config);
    for (const { digest, blob } of image.layers) add(blobPath(digest), blob);
  }
  return [...members.values()];
}

/** An OCI archive of these images. */
export function ociArchive(specs: readonly ImageSpec[]): Buffer {
  return tarOf(ociMembers(specs.map(buildImage)));
}

/** Writes files, folders and symlinks below `folder`, as an OCI layout on disk, say. */
export async function writeMembers(folder: string, members: readonly TarMember[]): Promise<string> {
  for (const { path, type = 'file', content = '', linkTarget = '' } of members) {
    const target = join(folder, path);
    await mkdir(type === 'directory' ? target : dirname(target), { recursive: true });
    if (type === 'file') await writeFile(target, content);
    else if (type === 'symlink') await symlink(linkTarget, target);
    else if (type !== 'directory') throw new Error(`no ${type} on disk`);
  }
  return folder;
}

/** `members` with one of them changed; there has to be one of that path. */
export function replaceMember(
  members: readonly TarMember[],
  path: string,
  content: string | Uint8Array,
): TarMember[] {
  if (!members.some((member) => member.path === path)) throw new Error(`there is no member ${path}`);
  return members.map((member) => (member.path === path ? { ...member, content } : member));
}
