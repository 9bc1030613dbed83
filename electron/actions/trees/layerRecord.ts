import { lstat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, DiffId } from '../../../shared/image/digest';
import { tarCacheFormat } from '../../../shared/layer/tarRules';
import { mostBytes, readOwnFile, replaceOwn } from '../../store/ownPlaces';
import { fromSealedJson, toSealedJson } from '../../store/seal';
import type { ActionContext, Privileged } from '../ground/context';
import type { LayerForm } from './layerForm';

/** What `layer.json` beside an unpacked tree or an image says. */
export interface UnpackedRecord {
  readonly diffId: DiffId;
  /** The boot during which it was made. */
  readonly boot: string;
  /** Whether it has been written to disk since; before that it does not outlive a power cut whole. */
  readonly synced: boolean;
  readonly devicesLeftOut: number;
  /** `files` in `fs/`, or an `image` of EROFS; without it files, as they were before there were images. */
  readonly form?: LayerForm;
  /** Where the tar is that an image's files are in: the plain blob of this digest, or null for `tar` beside the image. */
  readonly blob?: Digest | null;
  /** Whether it hides all layers below it: overlayfs has no mark for that, so they are left out of the stack. */
  readonly opaqueRoot?: boolean;
  /** What only lower layers say of its directories: see `UnpackedFacts`; not known of one that was adopted. */
  readonly impliedRoot?: boolean;
  readonly implied?: number;
  /** Objects of which its tree has access lists in part: see `UnpackedFacts`; left out where nobody counted. */
  readonly leftLists?: number;
  /** Whose IDs its files have: `Privileged.key`. */
  readonly key: string;
  /** What the file system said of all it consists of when it was made; without it, it is not to be used yet. */
  readonly stamp?: string;
}

/** Layers that were made ready by the rules of another version are made anew. */
const format = tarCacheFormat(2);

/**
 * What stands in `layer.json`; null where there is none with our seal, so that it is not known who made what lies beside it, and
 * where it was made by the rules of another version.
 */
export function readRecord(folder: string): UnpackedRecord | null {
  const text = readOwnFile(join(folder, 'layer.json'), mostBytes.record)?.toString('utf8') ?? '';
  const record = fromSealedJson('layer', text) as (UnpackedRecord & { readonly rules?: number }) | null;
  return record?.rules === format ? record : null;
}

const toText = (record: UnpackedRecord): string => toSealedJson('layer', { ...record, rules: format });

/**
 * What the file system says of a layer that is ready: of every object of an unpacked tree, or of an image and the tar that it
 * points into. It changes when somebody writes to one of them, and nothing has to be read for it. Of a blob's own times only
 * that of its contents counts: names for it come and go. Null where something is missing, or a link.
 */
export async function stampOf(
  { store }: Pick<ActionContext, 'store'>,
  { pool }: Privileged,
  folder: string,
  { form, blob = null }: Pick<UnpackedRecord, 'form' | 'blob'>,
): Promise<string | null> {
  if (form !== 'image') return (await pool.run('stamp-tree', { path: join(folder, 'fs') })).stamp;
  const image = await fileFacts(join(folder, 'image'), true);
  const tar = blob === null ? fileFacts(join(folder, 'tar'), true) : fileFacts(store.pathOf(blob), false);
  const facts = [image, await tar];
  return facts.includes(null) ? null : facts.join(', ');
}

async function fileFacts(path: string, withChange: boolean): Promise<string | null> {
  const info = await lstat(path).catch(() => null);
  if (info?.isFile() !== true) return null;
  return `${info.ino} ${info.size} ${info.mtimeMs}${withChange ? ` ${info.ctimeMs}` : ''}`;
}

/** Writes what is known of a layer, sealed. */
export async function writeRecord(folder: string, record: UnpackedRecord): Promise<void> {
  await writeFile(join(folder, 'layer.json'), toText(record), { mode: 0o600 });
}

/** Replaces what is known of a layer, durably. */
export async function replaceRecord(folder: string, record: UnpackedRecord): Promise<void> {
  const path = join(folder, 'layer.json');
  const bytes = Buffer.from(toText(record));
  await replaceOwn(path, bytes);
}
