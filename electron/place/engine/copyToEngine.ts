import { parseBoundedJson } from '../../../shared/image/jsonScan';
import { Readable } from 'node:stream';
import { problem } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import { loadLine } from '../../engine/answers';
import { EngineRefusal } from '../../engine/connection';
import { refusedProblem, type Engine } from '../../engine/engine';
import { inspectImage } from '../../engine/inspectImage';
import type { ExportImage } from '../../export/imageExport';
import { drainRing } from '../../worker/byteRing';
import type { ActionContext, Run } from '../../actions/ground/context';
import { fullName } from './engineImages';
import { planArchive, type ArchiveRequest } from '../../actions/copy/planArchive';
import { streamArchive } from '../../actions/copy/streamArchive';
import { whileHeld } from '../../actions/images/whileHeld';

/** Most bytes of what an engine says while it loads. */
const answerLimit = 8 << 20;

/**
 * Copies images of the store to an engine: a docker-archive streams into its load, verified while it is read, and what
 * arrived is compared by image ID. Of names for several platforms one is sent: that of `platform`, else of this machine. A load that is cancelled leaves nothing behind. Throws `image-not-found`, `platform-not-found`,
 * `blob-damaged`, `engine-lost`, `engine-refused`, `engine-copy-differs`.
 */
export async function copyToEngine(
  context: ActionContext,
  engine: Engine,
  what: readonly string[],
  run: Run,
  platform: string | null = null,
): Promise<OperationResult & { readonly kind: 'copyOut' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  return whileHeld(context, what, () => sendImages(context, engine, { what, platform }, run));
}

async function sendImages(
  context: ActionContext,
  engine: Engine,
  asked: Pick<ArchiveRequest, 'what' | 'platform'>,
  run: Run,
): Promise<OperationResult & { readonly kind: 'copyOut' }> {
  // In full, so that Podman does not take a name of Docker Hub for one of its own host.
  const { plan, images, names, otherPlatforms, namesLeftOut, lostReferrers } = await planArchive(
    context,
    { ...asked, format: 'docker-archive' },
    { spell: fullName },
  );
  let done = 0;
  const onBytes = (bytes: number): void => {
    done = Math.min(plan.bytes, done + bytes);
    run.report({ phase: 'writing', done, total: plan.bytes });
  };
  const archive = { members: plan.members, label: names[0] ?? '', onBytes };
  await streamArchive(context.pool, archive, run, async (memory, signal) => {
    const body = Readable.from(drainRing(memory, signal), { objectMode: false });
    try {
      const said = await load(engine, body, signal);
      run.report({ phase: 'verifying', done: plan.bytes, total: plan.bytes });
      for (const image of images) await checkArrival(engine, image, said, run.signal);
    } finally {
      body.destroy();
    }
  });
  return {
    kind: 'copyOut',
    engine: engine.name,
    images: images.length,
    layers: plan.layers,
    bytes: plan.bytes,
    ...(otherPlatforms.length > 0 ? { otherPlatforms } : {}),
    ...(namesLeftOut.length > 0 ? { namesLeftOut } : {}),
    ...(lostReferrers > 0 ? { lostReferrers } : {}),
  };
}

/** Sends an archive; an engine says what is wrong in the lines of an answer that began well. */
async function load(engine: Engine, body: Readable, signal: AbortSignal): Promise<string> {
  const { connection } = engine;
  const request = {
    method: 'POST' as const,
    path: '/images/load',
    query: { quiet: '1' },
    body,
    signal,
    patience: null,
  };
  let said: string;
  try {
    said = await connection.text(await connection.stream(request), request, answerLimit);
  } catch (thrown) {
    throw refusedProblem(engine, thrown);
  }
  for (const line of said.split('\n')) {
    let value: unknown;
    try {
      value = parseBoundedJson(line);
    } catch {
      continue;
    }
    const checked = loadLine.safeParse(value);
    const message = checked.success ? checked.data.errorDetail?.message || checked.data.error : '';
    if (message !== '')
      throw problem('engine-refused', {
        engine: engine.name,
        status: 200,
        message: message.slice(0, 500).replace(/[\s.]+$/, ''),
      });
  }
  return said;
}

/** Throws `engine-copy-differs` unless the engine has the image that was sent. */
async function checkArrival(
  engine: Engine,
  image: ExportImage,
  said: string,
  signal: AbortSignal,
): Promise<void> {
  const ask = async (word: string) => {
    try {
      return (await inspectImage(engine.connection, word, { signal })).image;
    } catch (thrown) {
      if (thrown instanceof EngineRefusal && thrown.status === 404) return null;
      throw refusedProblem(engine, thrown);
    }
  };
  const byId = await ask(image.id);
  if (byId !== null) return;
  // The containerd image store of Docker calls images by their manifests: there the layers tell.
  const name = image.names[0] ?? /sha256:[0-9a-f]{64}/.exec(said)?.[0];
  const byName = name === undefined ? null : await ask(name);
  const layers = byName?.RootFS?.Layers ?? [];
  const same =
    byName !== null &&
    layers.length === image.layers.length &&
    image.layers.every(({ diffId }, i) => (diffId as string) === layers[i]);
  if (same) return;
  throw problem('engine-copy-differs', {
    engine: engine.name,
    name: name ?? image.id.slice(7, 19),
    expected: image.id,
    found: byName?.Id ?? '',
  });
}
