import { parseBoundedJson } from '../../../shared/image/jsonScan';
import { Readable } from 'node:stream';
import { problem, problemOf } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import { loadLine } from '../../engine/answers';
import { EngineRefusal } from '../../engine/connection';
import { refusedProblem, type Engine } from '../../engine/engine';
import { inspectImage } from '../../engine/inspectImage';
import type { ExportImage, ExportPlan, HeldLayers } from '../../export/imageExport';
import type { ImageGraph } from '../../../shared/graph/imageGraph';
import { parseReference } from '../../../shared/image/reference';
import { drainRing } from '../../worker/byteRing';
import type { ActionContext, Run } from '../../actions/ground/context';
import type { GiveRequest } from '../place';
import { fullName, tagEngineImage, type OpenEngine } from './engineImages';
import { movedSince, undoLoad } from './undoLoad';
import { listedIn, planArchive } from '../../actions/copy/planArchive';
import { streamArchive } from '../../actions/copy/streamArchive';
import { whileHeld } from '../../actions/images/whileHeld';

/** How long a cancelled run waits for an engine that has everything and cannot be stopped any more, milliseconds. */
const latest = 20_000;
/** Most bytes of what an engine says while it loads. */
const answerLimit = 8 << 20;

/**
 * Copies images of the store to an engine: a docker-archive streams into its load, without the layers that Docker has, verified while it is read, and what
 * arrived is compared by image ID. Of names for several platforms one is sent: that of `platform`, else of this machine. A load that is
 * cancelled leaves nothing behind: an engine that has all of it cannot be stopped, and what it did then is undone; `engine-goes-on` where it takes longer than `late` milliseconds. Throws
 * `image-not-found`, `platform-not-found`, `blob-damaged`, `engine-lost`, `engine-refused`, `engine-copy-differs`.
 */
export async function copyToEngine(
  context: ActionContext,
  open: OpenEngine,
  request: GiveRequest,
  run: Run,
  late = latest,
): Promise<OperationResult & { readonly kind: 'copyOut' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  return whileHeld(context, request.what, () => sendImages(context, open, request, late, run));
}

/** The sending of a run: a cancel ends it at once before everything is sent, and `late` milliseconds after it otherwise. */
class Sending {
  /** Whether the other side has everything: nobody can stop it any more. */
  isDone = false;
  readonly run: Run;
  private readonly abort = new AbortController();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly whole: Run,
    private readonly late: number,
    private readonly onDone: () => void,
  ) {
    this.run = { ...whole, signal: this.abort.signal };
    if (whole.signal.aborted) this.cancel();
    whole.signal.addEventListener('abort', this.cancel, { once: true });
  }

  /** Everything is sent. */
  readonly finish = (): void => {
    this.isDone = true;
    this.onDone();
  };

  /** Nothing is waited for any more. */
  end(): void {
    if (this.timer) clearTimeout(this.timer);
    this.whole.signal.removeEventListener('abort', this.cancel);
  }

  private readonly cancel = (): void => {
    if (this.isDone) this.timer = setTimeout(() => this.abort.abort(), this.late);
    else this.abort.abort();
  };
}

async function sendImages(
  context: ActionContext,
  open: OpenEngine,
  asked: GiveRequest,
  late: number,
  run: Run,
): Promise<OperationResult & { readonly kind: 'copyOut' }> {
  const { engine } = open;
  const before = (await open.view()).graph;
  // In full, so that Podman does not take a name of Docker Hub for one of its own host.
  const planned = (held?: HeldLayers): ReturnType<typeof planArchive> =>
    planArchive(context, { ...asked, format: 'docker-archive', ...(held && { held }) }, { spell: fullName });
  const first = await planned(heldBy(engine, before));
  const { images, names, otherPlatforms, sharedNames, namesLeftOut, lostReferrers } = first;
  let { plan } = first;
  const sendPlan = (): Promise<void> =>
    send(context, { engine, plan, images, label: names[0] ?? '', late }, run);
  const isThere = areThere(before, images);
  if (isThere) await nameThere(open, before, images);
  else
    try {
      await sendPlan();
    } catch (thrown) {
      // What it listed it may have no longer, or keep in a form that it puts no image together from.
      const refused = ['engine-refused', 'engine-copy-differs'].includes(problemOf(thrown).code);
      if (!refused || plan.leftOut.length === 0 || run.signal.aborted) throw thrown;
      ({ plan } = await planned());
      await sendPlan();
    }
  if (run.signal.aborted) {
    await undoLoad(open, before, images);
    throw problem('cancelled', {});
  }
  const moved = await movedSince(open, before, images);
  return {
    kind: 'copyOut',
    engine: engine.name,
    images: images.length,
    layers: plan.layers,
    bytes: isThere ? 0 : plan.bytes,
    ...(!isThere && plan.leftOut.length > 0 ? { heldLayers: plan.leftOut.length } : {}),
    listed: listedIn(
      images.map(({ id, names: own }) => ({ id, names: own.map((name) => parseReference(name).familiar) })),
    ),
    ...(moved.length > 0 ? { movedNames: moved.map(({ name }) => name), movedFrom: moved } : {}),
    ...(otherPlatforms.length > 0 ? { otherPlatforms } : {}),
    ...(sharedNames.length > 0 ? { sharedNames } : {}),
    ...(namesLeftOut.length > 0 ? { namesLeftOut } : {}),
    ...(lostReferrers > 0 ? { lostReferrers } : {}),
  };
}

/**
 * The layers that an engine has, so that they need not travel: Docker takes an archive without them as long as it has each on the very parents that
 * it has in the image. Podman wants every layer.
 */
function heldBy({ kind, name }: Engine, { layers }: ImageGraph): HeldLayers | undefined {
  if (kind !== 'docker') return undefined;
  return { layers: new Map(), chains: new Map(layers.map(({ chainId }) => [chainId, name])) };
}

/** Whether an engine has all of these images. */
function areThere({ images }: ImageGraph, sent: readonly ExportImage[]): boolean {
  const ids = new Set<string>(images.map(({ id }) => id));
  return sent.every(({ id }) => ids.has(id));
}

/** Gives images that an engine has the names by which they were to come. */
async function nameThere(
  open: OpenEngine,
  { images }: ImageGraph,
  sent: readonly ExportImage[],
): Promise<void> {
  for (const { id, names } of sent) {
    const own = new Set(images.find((image) => image.id === id)?.names);
    for (const name of names)
      if (!own.has(parseReference(name).familiar)) await tagEngineImage(open, id, name);
  }
}

/** Streams an archive of images to an engine, and sees that it has them then. */
async function send(
  context: ActionContext,
  {
    engine,
    plan,
    images,
    label,
    late,
  }: {
    readonly engine: Engine;
    readonly plan: ExportPlan;
    readonly images: readonly ExportImage[];
    readonly label: string;
    readonly late: number;
  },
  run: Run,
): Promise<void> {
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    if (!sending.isDone) run.report({ phase: 'writing', done, total: plan.bytes });
  };
  const archive = { members: plan.members, label, onBytes };
  // It has everything, and puts it away: no byte of ours says how far that is.
  const sending = new Sending(run, late, () =>
    run.report({ phase: 'waiting', waitsFor: engine.name, done: plan.bytes, total: plan.bytes }),
  );
  try {
    await streamArchive(context.pool, archive, sending.run, async (memory, signal) => {
      const body = Readable.from(drainRing(memory, signal), { objectMode: false });
      body.once('end', sending.finish);
      try {
        const said = await load(engine, body, signal);
        run.report({ phase: 'verifying', done: plan.bytes, total: plan.bytes });
        for (const image of images) await checkArrival(engine, image, said, signal);
      } finally {
        body.destroy();
      }
    });
  } catch (thrown) {
    if (sending.isDone && run.signal.aborted && problemOf(thrown).code === 'cancelled')
      throw problem('engine-goes-on', { engine: engine.name }, { cause: thrown });
    throw thrown;
  } finally {
    sending.end();
  }
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
