import { addBytes } from '../../../shared/image/bytes';
import type { ExportLayer, WrittenLayer } from '../../export/imageExport';
import { eachLimited } from '../../source/stageBlobs';
import type { OutCompression } from '../../tar/compress';
import type { ActionContext, Run } from '../ground/context';

/**
 * Compresses layers into files that the caller names and removes, several at once, each verified as it is read; `label` is what a
 * person knows the place by that they are written for. Gives them by diff ID: the same tar makes the same bytes, whatever it was stored as. Throws `blob-damaged`, `disk-full`,
 * `cancelled`.
 */
export async function compressLayers(
  { pool, store }: Pick<ActionContext, 'pool' | 'store'>,
  layers: readonly ExportLayer[],
  {
    fileFor,
    compression,
    label,
  }: {
    readonly fileFor: (index: number) => string | Promise<string>;
    readonly compression: OutCompression;
    readonly label: string;
  },
  run: Run,
): Promise<ReadonlyMap<string, WrittenLayer>> {
  const total = layers.reduce((sum, { size }) => addBytes(sum, size), 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done = Math.min(total, done + bytes);
    run.report({ phase: 'compressing', done, total });
  };
  const written = new Map<string, WrittenLayer>();
  await eachLimited(layers, pool.size, run.signal, async ({ blob, size: stored, diffId }, index, signal) => {
    const target = await fileFor(index);
    const input = {
      file: store.fileOf({ digest: blob, size: stored }),
      digest: blob,
      diffId,
      target,
      compression,
      label,
    };
    const { digest, size } = await pool.run('compress-layer', input, { signal, onBytes });
    written.set(diffId, { digest, size, compression, file: target, fileSize: size, decompress: false });
  });
  return written;
}
