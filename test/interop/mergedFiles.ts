import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { openStoredLayer } from '../../electron/actions/images/storedLayers';
import { readLayerEntries } from '../../electron/index/layerIndex';
import { readFileHead, type OpenLayer } from '../../electron/index/openLayer';
import type { LayerEntry } from '../../shared/layer/entry';
import type { ImageNode } from '../../shared/graph/imageGraph';
import type { TestStore } from './bench';

/** Path to what is there: kind, mode and contents in one line. */
export type FileList = Readonly<Record<string, string>>;

const octal = (mode: number): string => (mode & 0o7777).toString(8);
const fileLine = (mode: number, bytes: Uint8Array): string =>
  `file ${octal(mode)} ${bytes.length} ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;

async function describe(layer: OpenLayer, entry: LayerEntry, before: Map<string, string>): Promise<string> {
  switch (entry.kind) {
    case 'file':
      return fileLine(entry.mode, await readFileHead(layer, entry, Number.MAX_SAFE_INTEGER));
    case 'directory':
    case 'fifo':
      return `${entry.kind} ${octal(entry.mode)}`;
    case 'symlink':
      return `symlink ${entry.target}`;
    case 'hardlink':
      return before.get(entry.target) ?? `hard link to ${entry.target}, which is not there`;
    default:
      return `${entry.kind}`;
  }
}

/** Everything below a folder, the folder itself left in place. */
function removeBelow(files: Map<string, string>, folder: string): void {
  const prefix = folder === '' ? '' : `${folder}/`;
  for (const path of [...files.keys()]) if (path.startsWith(prefix)) files.delete(path);
}

/** The files of an image as our indexes of its layers give them, put on top of each other as the OCI rules say. */
export async function mergedFiles(store: TestStore, image: ImageNode): Promise<FileList> {
  const { graph } = await store.view();
  const files = new Map<string, string>();
  for (const chainId of image.layers) {
    const blob = graph.layers.find((layer) => layer.chainId === chainId)?.blobs[0];
    if (!blob) throw new Error(`no blob of ${chainId}`);
    const layer = await openStoredLayer(store.context, blob);
    const entries: LayerEntry[] = [];
    for await (const entry of readLayerEntries(layer.indexPath)) entries.push(entry);
    // Deletions concern the layers below only, wherever in the archive they stand.
    for (const { kind, path } of entries) {
      if (kind === 'whiteout') files.delete(path);
      if (kind === 'whiteout' || kind === 'opaque') removeBelow(files, path);
    }
    for (const entry of entries) {
      if (entry.kind === 'whiteout' || entry.kind === 'opaque' || entry.path === '') continue;
      if (entry.kind !== 'directory') removeBelow(files, entry.path);
      files.set(entry.path, await describe(layer, entry, files));
    }
  }
  return Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The files of a folder, told in the same way. */
export async function filesOnDisk(root: string): Promise<FileList> {
  const files = new Map<string, string>();
  const walk = async (folder: string): Promise<void> => {
    for (const name of await readdir(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const full = join(root, path);
      const stat = await lstat(full);
      if (stat.isDirectory()) {
        files.set(path, `directory ${octal(stat.mode)}`);
        await walk(path);
      } else if (stat.isSymbolicLink()) files.set(path, `symlink ${await readlink(full)}`);
      else if (stat.isFIFO()) files.set(path, `fifo ${octal(stat.mode)}`);
      else if (stat.isFile()) files.set(path, fileLine(stat.mode, await readFile(full)));
      else files.set(path, `mode ${stat.mode.toString(8)}`);
    }
  };
  await walk('');
  return Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
