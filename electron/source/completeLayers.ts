import { addBytes } from '../../shared/image/bytes';
import type { Digest, DiffId } from '../../shared/image/digest';
import { leftOutName, parseLeftOut, type LeftOutLayer } from '../../shared/image/leftOut';
import { storedLimits } from '../../shared/image/limits';
import { layerMediaType } from '../../shared/image/mediaType';
import { reasonFacts } from '../../shared/image/faultReason';
import { problem } from '../../shared/image/problem';
import type { ArchiveFiles } from './archiveFiles';
import type { ActionRun, Ingest, SourceTools, StandIn } from './sourceTools';
import { eachLimited, StageProgress } from './stageBlobs';

/** A layer of the store that takes the place of one that was left out. */
export interface CompletedLayer {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  /** Entries of its tar. */
  readonly entries: number;
}

/** The layers that an input lists as left out; none where it lists none. Throws `document-invalid`, `limit-exceeded`. */
export async function readLeftOut(files: ArchiveFiles): Promise<readonly LeftOutLayer[]> {
  if (!files.has(leftOutName)) return [];
  const origin = { file: files.label, entry: leftOutName, limits: files.limits };
  return parseLeftOut(await files.readDocument(leftOutName, 'index'), origin);
}

/**
 * Finds layers that were left out of an input in the store, by diff ID, holds them for the ingest and reads them once:
 * blob digest and diff ID are verified. Throws `layers-missing` with all that are not there, `blob-damaged`, `cancelled`.
 */
export async function completeLayers(
  layers: readonly LeftOutLayer[],
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
): Promise<ReadonlyMap<DiffId, CompletedLayer>> {
  const found = new Map<DiffId, StandIn>();
  const missing = new Map<DiffId, LeftOutLayer>();
  for (const layer of layers) {
    const known = await tools.standIn(layer, ingest);
    if (known !== null) found.set(layer.diffId, known);
    else missing.set(layer.diffId, layer);
  }
  if (missing.size > 0) throw notHere([...missing.values()], files);
  const total = [...found.values()].reduce((sum, { size }) => addBytes(sum, size), 0);
  const progress = new StageProgress(run, total, found.size);
  const completed = new Map<DiffId, CompletedLayer>();
  await eachLimited([...found], tools.pool.size, run.signal, async ([diffId, layer], _index, signal) => {
    completed.set(
      diffId,
      await verifyStored(diffId, layer, files, tools, { signal, onBytes: progress.onBytes }),
    );
  });
  return completed;
}

/** Says that nothing takes the place of layers, each once, which an input was saved without. */
export function notHere(layers: readonly LeftOutLayer[], files: Pick<ArchiveFiles, 'label'>): Error {
  const from = new Set(layers.map((layer) => layer.from).filter((name) => name !== ''));
  return problem('layers-missing', {
    file: files.label,
    missing: layers.length,
    diffIds: layers.map(({ diffId }) => diffId),
    from: [...from].join(', '),
  });
}

/** Verifies a stored layer; gives what it is. */
async function verifyStored(
  diffId: DiffId,
  { digest, size, file }: StandIn,
  files: ArchiveFiles,
  tools: SourceTools,
  how: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<CompletedLayer> {
  const range = {
    file,
    offset: 0,
    size,
    label: files.label,
    entry: digest,
  };
  const facts = await tools.pool.run(
    'read-blob',
    { ...range, target: null, asLayer: true, indexTarget: null, limits: storedLimits },
    how,
  );
  if (facts.digest !== digest)
    throw problem('blob-damaged', { digest, reason: 'digest', found: facts.digest });
  if (facts.diffId !== diffId)
    throw problem('blob-damaged', { digest, reason: 'diff-id', found: facts.diffId ?? '' });
  const type = layerMediaType(facts.compression);
  if (type === null)
    throw problem('unsupported', {
      file: files.label,
      ...reasonFacts('layer-compression' as const, [facts.compression]),
    });
  return { digest, size, mediaType: type, entries: facts.facts?.entries ?? 0 };
}
