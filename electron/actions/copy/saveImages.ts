import { addBytes } from '../../../shared/image/bytes';
import type { Writable } from 'node:stream';
import type { OperationResult } from '../../../shared/ipc/operation';
import { compressLayers } from './compressLayers';
import { whileHeldRead } from './heldElsewhere';
import type { ActionContext, Run } from '../ground/context';
import { proveLayers } from './proveLayers';
import {
  listedIn,
  planArchive,
  type ArchivePlan,
  type ArchiveRequest,
  type LayerWriter,
} from './planArchive';
import { checkRoom } from '../../worker/freeSpace';
import { withTarget, type Target } from '../target/target';
import { whileHeld } from '../images/whileHeld';
import { writeVerified } from './writeVerified';

/** What to save, where and how. */
export interface SaveRequest extends ArchiveRequest {
  /** A file, or a stream that the archive is written to once it is whole. */
  readonly target: string | Writable;
  /** A file that holds something stays, whenever it came: `target-there`. */
  readonly keepsOld?: boolean;
}

/**
 * Writes images into one archive, shared layers once. The archive is verified as it is written, and fsynced before it
 * takes its target's place ({@link withTarget}): that is the old file or the whole new one, and nothing else is left. Layers keep their bytes unless the request says otherwise (a docker-archive holds them uncompressed), configs
 * always, so image IDs survive.
 */
export async function saveImages(
  context: ActionContext,
  request: SaveRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  return whileHeldRead(request.held, () =>
    withTarget(
      context,
      request.target,
      run,
      (target) => whileHeld(context, request.what, () => writeImages(context, request, target, run)),
      { keepsOld: request.keepsOld ?? false },
    ),
  );
}

async function writeImages(
  context: ActionContext,
  request: SaveRequest,
  target: Target,
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  const { label: file, draft } = target;
  const { plan, images, otherPlatforms, sharedNames, namesLeftOut, lostReferrers } = await planArchive(
    context,
    request,
    {
      write: writerFor(context, request, target, run),
    },
  );
  // Before layers are read to prove them: the archive's own check comes after that.
  checkRoom(draft, plan.bytes, file);
  if (request.format !== 'docker-archive') await proveLayers(context, images, run);
  const total = plan.bytes;
  const { bytes } = await writeVerified(
    context.pool,
    { target: draft, members: plan.members, label: file, total },
    run,
  );
  await target.finish();
  run.report({ phase: 'writing', done: total, total });
  return {
    kind: 'save',
    images: images.length,
    layers: plan.layers,
    bytes,
    listed: listedIn(images),
    file,
    token: null,
    ...leftOutOf({ plan, lostReferrers }),
    ...(otherPlatforms.length > 0 ? { otherPlatforms } : {}),
    ...(sharedNames.length > 0 ? { sharedNames } : {}),
    ...(namesLeftOut.length > 0 ? { namesLeftOut } : {}),
  };
}

/** Compresses the layers of an archive beside it; plain ones are decompressed while the archive is written. */
function writerFor(context: ActionContext, request: ArchiveRequest, target: Target, run: Run): LayerWriter {
  const { compression = 'kept' } = request;
  return (layers) =>
    compression === 'gzip' || compression === 'zstd'
      ? compressLayers(
          context,
          layers,
          { fileFor: () => target.scratch(), compression, label: target.label },
          run,
        )
      : Promise.resolve(new Map());
}

/** What a result says of layers and artifacts that were left out; nothing where none were. */
export function leftOutOf({
  plan: { leftOut },
  lostReferrers,
}: Pick<ArchivePlan, 'plan' | 'lostReferrers'>): Pick<
  OperationResult & { readonly kind: 'save' },
  'leftOut' | 'lostReferrers'
> {
  const bytes = leftOut.reduce((sum, { size }) => addBytes(sum, size), 0);
  return {
    ...(leftOut.length > 0 ? { leftOut: { layers: leftOut.length, bytes } } : {}),
    ...(lostReferrers > 0 ? { lostReferrers } : {}),
  };
}
