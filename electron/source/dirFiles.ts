import { exactJson } from '../../shared/image/exactJson';
import { asObject, asText, looseMember, parseJsonDocument } from '../../shared/image/jsonDocument';
import { mediaType } from '../../shared/image/mediaType';
import type { Limits } from '../../shared/image/limits';
import { digestOf } from '../store/sha256';
import type { ArchiveFiles, BlobWish, DocumentLimit } from './archiveFiles';
import type { ImageSource } from './imageSource';
import { ociLayout } from './ociLayout';
import type { SourceTools } from './sourceTools';

const versionFile = 'version';
const manifestFile = 'manifest.json';
/** What the first line of `version` begins with (containers/image, directory/directory_dest.go). */
const versionLine = 'Directory Transport Version: ';

/**
 * The folder of skopeo's `dir:` transport (containers-transports(5)), read as the layout that it would be: one manifest in
 * `manifest.json`, blobs under their bare hex digits, and of an index the manifests under `HEX.manifest.json`. It has no name.
 */
class DirFiles implements ArchiveFiles {
  readonly label: string;
  readonly limits: Limits;

  constructor(
    private readonly files: ArchiveFiles,
    private readonly manifest: Uint8Array,
  ) {
    ({ label: this.label, limits: this.limits } = files);
  }

  private index(): Uint8Array {
    const { label, limits, manifest } = this;
    const document =
      asObject(parseJsonDocument(manifest, { file: label, entry: manifestFile, limits })) ?? {};
    const type = asText(looseMember(document, 'mediaType'));
    const guessed =
      looseMember(document, 'manifests') === undefined ? mediaType.ociManifest : mediaType.ociIndex;
    const root = { mediaType: type || guessed, digest: digestOf(manifest), size: manifest.length };
    return new TextEncoder().encode(exactJson({ schemaVersion: 2, manifests: [root] }));
  }

  /** The name that a file of the layout has in the folder. */
  private own(name: string): string {
    const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
    if (hex === undefined) return name;
    if (digestOf(this.manifest) === `sha256:${hex}`) return manifestFile;
    return this.files.has(hex) ? hex : `${hex}.manifest.json`;
  }

  has(name: string): boolean {
    return name === 'index.json' || (name.startsWith('blobs/') && this.files.has(this.own(name)));
  }

  key(name: string): string | null {
    return this.files.key(this.own(name));
  }

  sizeOf(name: string): number | null {
    return this.files.sizeOf(this.own(name));
  }

  copiedBytes(name: string): number {
    return this.files.copiedBytes(this.own(name));
  }

  names(): Iterable<string> {
    return ['index.json'];
  }

  async readDocument(
    name: string,
    what: 'manifest' | 'config' | 'index',
    limit?: DocumentLimit,
  ): Promise<Uint8Array> {
    return name === 'index.json' ? this.index() : this.files.readDocument(this.own(name), what, limit);
  }

  async readBlob(name: string, wish: BlobWish, tools: SourceTools): ReturnType<ArchiveFiles['readBlob']> {
    return this.files.readBlob(this.own(name), wish, tools);
  }
}

const opened = async (files: ArchiveFiles): Promise<DirFiles> =>
  new DirFiles(files, await files.readDocument(manifestFile, 'manifest'));

/** A folder that `skopeo copy … dir:` or Podman wrote, or an archive of one. Everything is verified as in a layout. */
export const dirFolder: ImageSource = {
  format: 'oci-layout',

  async recognises(files) {
    if (!files.has(versionFile) || !files.has(manifestFile) || (files.sizeOf(versionFile) ?? 0) > 1000)
      return false;
    const version = await files.readDocument(versionFile, 'manifest');
    return new TextDecoder().decode(version).startsWith(versionLine);
  },

  async chains(files) {
    return (await ociLayout.chains?.(await opened(files))) ?? [];
  },

  async stage(files, ingest, tools, run) {
    return ociLayout.stage(await opened(files), ingest, tools, run);
  },
};
