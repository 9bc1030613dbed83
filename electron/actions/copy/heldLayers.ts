import { parseBoundedJson } from '../../../shared/image/jsonScan';
import { existsSync, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { isDigest, parseDiffId, type DiffId } from '../../../shared/image/digest';
import { chainIds } from '../../../shared/image/imageConfig';
import { askInput } from '../../../shared/image/inputFault';
import { defaultLimits } from '../../../shared/image/limits';
import { problem, ProblemError } from '../../../shared/image/problem';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { cutImage } from '../../../shared/graph/cutImage';
import { displayName } from '../../../shared/graph/sharing';
import { sha256 } from '../../store/sha256';
import type { HeldLayers } from '../../export/imageExport';
import { readChains } from '../../source/sources';
import type { ActionContext, Run } from '../ground/context';
import { sourceTools } from './loadImages';
import { resolveAt } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';

/** What a target has: images of the store, by name or ID, and files. */
export interface Held {
  readonly images: readonly string[];
  /** Archives, layout folders, lists of digests. */
  readonly files: readonly { readonly path: string; readonly label: string }[];
}

/**
 * Sorts words of a command line into images and files: what names an image of the store is that image, what is a path is a
 * file. Throws `image-not-found` for what is neither.
 */
export async function heldByWords(context: ActionContext, words: readonly string[]): Promise<Held> {
  const { graph } = await readStoreView(context);
  const images: string[] = [];
  const files: { path: string; label: string }[] = [];
  for (const word of words) {
    try {
      resolveAt(graph, word);
      images.push(word);
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown;
      if (!existsSync(word)) {
        // No name of an image begins or ends so: it is a path, and the system says what is wrong with it.
        if (/^\.{0,2}\/|\/$/.test(word)) askInput(word, () => statSync(word));
        throw thrown;
      }
      files.push({ path: word, label: word });
    }
  }
  return { images, files };
}

/**
 * The layers that a target has, by diff ID and by chain ID. Of an archive only its documents count; one that is compressed
 * outside is read through once, and nothing but its documents kept. `readFile` reads a file in another way. Throws what
 * loading such a file would throw, `layer-list-invalid`, `image-not-found`.
 */
export async function readHeld(
  context: ActionContext,
  held: Held,
  run: Run,
  readFile: typeof readHeldFile = readHeldFile,
): Promise<HeldLayers> {
  const told: Told[] = [];
  const add = (diffIds: readonly DiffId[], from: string): void =>
    void told.push({ from, path: null, chains: [diffIds] });
  const view = await readStoreView(context);
  const diffIdOf = new Map(view.graph.layers.map(({ chainId, diffId }) => [chainId, diffId]));
  const idsOf = ({ layers: own }: Pick<ImageNode, 'layers'>): readonly DiffId[] =>
    own.map((chainId) => diffIdOf.get(chainId)).filter((id) => id !== undefined);
  for (const text of held.images) {
    const { image, name, layer } = resolveAt(view.graph, text);
    if (layer !== null && layer !== image.top) {
      const cut = cutImage(image, layer);
      add(idsOf(cut), displayName(cut));
      continue;
    }
    // A name stands for every platform that it has.
    const all = view.graph.images.filter(
      (other) => other === image || (name !== null && other.names.includes(name)),
    );
    for (const each of all) add(idsOf(each), name ?? displayName(each));
  }
  for (const { path, label } of held.files)
    told.push({ from: label, path, chains: await readFile(context, { path, label }, run) });
  return heldOf(told);
}

/** What one of those says that tell a target's layers: an image, or the file at `path`. */
interface Told {
  readonly from: string;
  readonly path: string | null;
  readonly chains: Chains;
}

/** What all of them come to; of what several have, the first is named. */
function heldOf(told: readonly Told[]): HeldLayers {
  const layers = new Map<string, string>();
  const chains = new Map<string, string>();
  for (const { from, chains: own } of told)
    for (const diffIds of own) {
      for (const diffId of diffIds) if (!layers.has(diffId)) layers.set(diffId, from);
      for (const chainId of chainIds(diffIds, sha256)) if (!chains.has(chainId)) chains.set(chainId, from);
    }
  const files = told.flatMap((each) =>
    each.path === null
      ? []
      : [{ path: each.path, without: () => heldOf(told.filter((other) => other !== each)) }],
  );
  return { layers, chains, files };
}

/** Chains of diff IDs, from the base up. */
export type Chains = readonly (readonly DiffId[])[];

/** What one file says that a target has. */
export async function readHeldFile(
  context: ActionContext,
  { path, label }: Held['files'][number],
  run: Run,
): Promise<Chains> {
  return (await readList(path, label)) ?? (await readArchive(context, path, label, run));
}

async function readArchive(
  context: ActionContext,
  path: string,
  label: string,
  run: Run,
): Promise<readonly (readonly DiffId[])[]> {
  const ingest = await context.store.beginIngest();
  try {
    const tools = sourceTools(context, await readStoreView(context));
    return await readChains(path, label, ingest, tools, run);
  } finally {
    await ingest.abort();
  }
}

/** The digests in a text file; null when the file is no text. */
async function readList(path: string, label: string): Promise<readonly (readonly DiffId[])[] | null> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile() || info.size > defaultLimits['document-bytes']) return null;
  const handle = await open(path, 'r');
  try {
    const bytes = await handle.readFile();
    if (bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)) return null;
    return parseLayerList(bytes.toString('utf8'), label);
  } finally {
    await handle.close();
  }
}

/**
 * A list of digests: one a line, or JSON lists of them as `docker image inspect -f '{{json .RootFS.Layers}}'` prints, one a
 * line or one over all lines. What stands in one list, or on lines one after another, is taken for a chain from the base up.
 * Throws `layer-list-invalid`.
 */
export function parseLayerList(text: string, label: string): readonly (readonly DiffId[])[] {
  const whole = jsonList(text);
  if (whole) return [whole];
  const chains: DiffId[][] = [];
  let chain: DiffId[] | null = null;
  for (const [i, line] of text.split('\n').entries()) {
    const word = line.trim();
    if (word === '' || word.startsWith('#')) continue;
    const list = jsonList(word);
    if (list) {
      chains.push([...list]);
      chain = null;
    } else if (isDigest(word)) {
      if (!chain) chains.push((chain = []));
      chain.push(parseDiffId(word));
    } else throw problem('layer-list-invalid', { file: label, line: i + 1 });
  }
  if (chains.length === 0) throw problem('layer-list-invalid', { file: label, line: 1 });
  return chains;
}

/** A JSON list of digests; null for anything else. */
function jsonList(text: string): readonly DiffId[] | null {
  let value: unknown;
  try {
    value = parseBoundedJson(text);
  } catch {
    return null;
  }
  if (!Array.isArray(value) || !value.every((item) => isDigest(item))) return null;
  return value.map((item) => parseDiffId(item));
}
