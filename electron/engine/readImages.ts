import { createHash } from 'node:crypto';
import {
  parseDiffId,
  parseDigest,
  parseImageId,
  type ChainId,
  type Digest,
  type ImageId,
} from '../../shared/image/digest';
import { graphSteps, type GraphImage, type GraphRoot } from '../../shared/graph/buildGraph';
import type { ContainerUse, ImageGraph } from '../../shared/graph/imageGraph';
import type { Closures } from '../../shared/graph/holders';
import { alignHistory } from '../../shared/image/alignHistory';
import { defaultLimits } from '../../shared/image/limits';
import { chainIds, parseImageConfig, type ImageConfig } from '../../shared/image/imageConfig';
import { problemOf, type Problem } from '../../shared/image/problem';
import { parseReference } from '../../shared/image/reference';
import { breathe } from '../store/breath';
import {
  containerList,
  historyAnswer,
  imageList,
  type HistoryAnswer,
  type InspectedImage,
  type ListedImage,
} from './answers';
import { EngineRefusal } from './connection';
import { refusedProblem, type Engine } from './engine';
import { inspectImage } from './inspectImage';

/** The images of an engine as read at one moment. */
export interface EngineView {
  readonly graph: ImageGraph;
  readonly closures: Closures;
  /** What the engine said about each image. */
  readonly images: ReadonlyMap<ImageId, KnownImage>;
  /** Images whose answers make no sense: left out of the graph, and said. */
  readonly damaged: readonly { readonly name: string; readonly problem: Problem }[];
  /** Images whose history the engine does not tell, and why: all else of them is known. */
  readonly untold: ReadonlyMap<ImageId, Problem>;
}

/** What stays the same while an image keeps its ID. */
export interface KnownImage {
  readonly config: ImageConfig;
  readonly chainIds: readonly ChainId[];
  /** Unpacked bytes of each layer. */
  readonly sizes: readonly number[];
}

/** Requests to an engine at once: more make it no faster. */
const atOnce = 8;
/** Most bytes of what an engine says about one image. */
const detailLimit = 8 << 20;
/** Media type that stands for a layer as an engine keeps it: a folder of files. */
const unpackedType = 'application/vnd.stratigraph.layer.unpacked';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Rows in the order of what they begin with. */
const inOrder = <Row extends readonly [string, unknown]>(rows: readonly Row[]): readonly Row[] =>
  [...rows].sort(([a], [b]) => (a < b ? -1 : 1));

/** An image as an engine lists it, in familiar spelling. */
interface Listed {
  readonly id: ImageId;
  readonly names: readonly string[];
  /** In the order of the engine. */
  readonly repoDigests: readonly string[];
}

/**
 * Reads the images of an engine into a graph. What it once said about an image is kept by the image's ID, so that
 * reading again costs what is new.
 */
export class EngineImages {
  private readonly known = new Map<ImageId, KnownImage>();
  private readonly sizes = new Map<ChainId, number>();
  /** Images whose history the engine does not tell, and why. */
  private readonly untold = new Map<ImageId, Problem>();
  private last: EngineView | null = null;

  constructor(private engine: Engine) {}

  /** The same images over a new connection: an engine that was started again has the images that it had. */
  over(engine: Engine): this {
    this.engine = engine;
    return this;
  }

  /** How many images the engine lists. Throws as {@link read}. */
  async count(signal?: AbortSignal): Promise<number> {
    return (await this.list(signal)).length;
  }

  /** Throws `engine-lost`, `engine-answer-invalid`, `engine-refused` and what else a connection can come to. */
  async read(signal?: AbortSignal): Promise<EngineView> {
    const [listed, containers] = await Promise.all([this.list(signal), this.containers(signal)]);
    const revision = sha256(
      JSON.stringify([
        this.engine.endpoint.id,
        // Docker lists what was made in the same second in another order each time.
        inOrder(listed.map(({ id, names, repoDigests }) => [id, [names, repoDigests]])),
        inOrder([...containers].map(([id, uses]) => [id, uses.map(({ name, state }) => [name, state])])),
      ]),
    );
    if (this.last?.graph.revision === revision) return this.last;
    const damaged = await this.learn(listed, signal);
    const roots: GraphRoot[] = [];
    const closures = new Map<Digest, ReadonlyMap<Digest, number>>();
    for (const { id, names, repoDigests } of listed) {
      await breathe();
      const image = this.known.get(id);
      if (!image) continue;
      const graphImage = { ...this.toGraph(id, image, containers.get(id) ?? []), repoDigests };
      const blobs = new Map(graphImage.layers.map(({ blob }) => [blob.digest, blob.size]));
      closures.set(id, blobs);
      const root = { digest: id, size: 0, blobs, images: [graphImage] };
      for (const name of names.length === 0 ? [null] : names) roots.push({ ...root, name });
    }
    const { kind, name } = this.engine;
    // With what could not be read it is another graph than later, when that can be.
    const whole =
      damaged.length + this.untold.size === 0
        ? revision
        : sha256(
            JSON.stringify([revision, damaged.map((each) => each.name), [...this.untold.keys()].sort()]),
          );
    const steps = graphSteps({ revision: whole, roots, source: { kind: 'engine', engine: kind, name } });
    let made = steps.next();
    for (; made.done !== true; made = steps.next()) await breathe();
    const images = new Map(this.known);
    const untold = new Map(this.untold);
    const view = { graph: made.value, closures, images, damaged, untold };
    this.forgetGone(new Set(listed.map(({ id }) => id)));
    // Half an answer is asked for again.
    this.last = damaged.length + untold.size === 0 ? view : null;
    return view;
  }

  private async list(signal?: AbortSignal): Promise<readonly Listed[]> {
    const { connection } = this.engine;
    const request = { path: '/images/json', ...(signal ? { signal } : {}) };
    try {
      const listed = await connection.json(request, imageList);
      const byId = new Map<ImageId, { readonly names: Set<string>; readonly digests: Set<string> }>();
      for (const image of listed) {
        const id = parseImageId(image.Id);
        const { names, digests } = byId.get(id) ?? { names: new Set(), digests: new Set() };
        for (const name of namesOf(image)) names.add(name);
        for (const known of familiarNames(image.RepoDigests)) digests.add(known);
        byId.set(id, { names, digests });
      }
      return [...byId].map(([id, { names, digests }]) => ({
        id,
        names: [...names].sort(),
        repoDigests: [...digests],
      }));
    } catch (thrown) {
      throw refusedProblem(this.engine, thrown);
    }
  }

  private async containers(signal?: AbortSignal): Promise<ReadonlyMap<string, readonly ContainerUse[]>> {
    const { connection } = this.engine;
    const request = { path: '/containers/json', query: { all: '1' }, ...(signal ? { signal } : {}) };
    try {
      const uses = new Map<string, ContainerUse[]>();
      for (const { Id, Names, ImageID, State } of await connection.json(request, containerList)) {
        const name = (Names[0] ?? Id.slice(0, 12)).replace(/^\//, '').slice(0, 200);
        const active = ['running', 'paused', 'restarting', 'stopping'].includes(State);
        const id = ImageID.startsWith('sha256:') ? ImageID : `sha256:${ImageID}`;
        const list = uses.get(id);
        const use = { name, state: State.slice(0, 40), active };
        if (list) list.push(use);
        else uses.set(id, [use]);
      }
      for (const list of uses.values()) list.sort((a, b) => (a.name < b.name ? -1 : 1));
      return uses;
    } catch (thrown) {
      throw refusedProblem(this.engine, thrown);
    }
  }

  /** Asks about the images that are new, those with few layers first: they tell the sizes of the lower layers of others. */
  private async learn(
    listed: readonly { readonly id: ImageId; readonly names: readonly string[] }[],
    signal?: AbortSignal,
  ): Promise<EngineView['damaged']> {
    const damaged: { name: string; problem: Problem }[] = [];
    const asked: { id: ImageId; inspected: InspectedImage; history: HistoryAnswer | Problem }[] = [];
    // A history that was not told is asked for again.
    const queue = listed.filter(({ id }) => !this.known.has(id) || this.untold.has(id));
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { id, names } = next;
        try {
          const [inspected, history] = await Promise.all([
            this.inspect(id, signal),
            this.historyOrWhy(id, signal),
          ]);
          asked.push({ id, inspected, history });
        } catch (thrown) {
          // Deleted since it was listed: no fault, and nothing to show.
          if (thrown instanceof EngineRefusal && thrown.status === 404) continue;
          const found = problemOf(refusedProblem(this.engine, thrown));
          if (found.code !== 'engine-answer-invalid' && found.code !== 'engine-refused') throw thrown;
          damaged.push({ name: names[0] ?? id.slice(7, 19), problem: found });
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const layersOf = new Map<string, readonly string[]>([
      ...[...this.known].map(([id, { config }]) => [id, config.diffIds] as const),
      ...asked.map((each) => [each.id, each.inspected.RootFS?.Layers ?? []] as const),
    ]);
    const layerCount = ({ inspected }: (typeof asked)[number]): number =>
      inspected.RootFS?.Layers?.length ?? 0;
    for (const { id, inspected, history } of asked.sort(
      (a, b) =>
        // What tells no sizes itself takes those that the others tell.
        Number('code' in a.history) - Number('code' in b.history) ||
        layerCount(a) - layerCount(b) ||
        (a.id < b.id ? -1 : 1),
    )) {
      await breathe();
      try {
        if ('code' in history) this.untold.set(id, history);
        else {
          await this.checkHistory(id, { inspected, history }, layersOf, signal);
          this.untold.delete(id);
        }
        this.known.set(id, understand(id, inspected, 'code' in history ? null : history, this.sizes));
      } catch (thrown) {
        const found = problemOf(refusedProblem(this.engine, thrown));
        if (['cancelled', 'engine-lost', 'engine-not-running'].includes(found.code)) throw thrown;
        damaged.push({ name: inspected.RepoTags[0] ?? id.slice(7, 19), problem: found });
      }
    }
    return damaged;
  }

  private async inspect(id: ImageId, signal?: AbortSignal): Promise<InspectedImage> {
    const options = { limit: detailLimit, ...(signal ? { signal } : {}) };
    return (await inspectImage(this.engine.connection, id, options)).image;
  }

  private async history(id: ImageId, signal?: AbortSignal): Promise<HistoryAnswer> {
    const path = `/images/${id}/history`;
    return this.engine.connection.json({ path, ...(signal ? { signal } : {}) }, historyAnswer, detailLimit);
  }

  /** The history, or why the engine does not tell it though it has the image: Podman fails of one whose layers it lost, say. */
  private async historyOrWhy(id: ImageId, signal?: AbortSignal): Promise<HistoryAnswer | Problem> {
    try {
      return await this.history(id, signal);
    } catch (thrown) {
      if (thrown instanceof EngineRefusal && thrown.status === 404) throw thrown;
      const why = problemOf(refusedProblem(this.engine, thrown));
      if (why.code === 'engine-refused') return why;
      throw thrown;
    }
  }

  /**
   * Holds a history against what was asked: its newest step has the image's ID, or none. Podman gives that of any image with the same
   * layers, also of one that it does not list: it is asked for its layers. Throws `engine-answer-invalid` for the history of another image.
   */
  private async checkHistory(
    id: ImageId,
    { inspected, history }: { readonly inspected: InspectedImage; readonly history: HistoryAnswer },
    layersOf: ReadonlyMap<string, readonly string[]>,
    signal?: AbortSignal,
  ): Promise<void> {
    const [hex] = /[0-9a-f]{64}$/.exec(history[0]?.Id ?? '') ?? [];
    if (hex === undefined) return;
    const own = `sha256:${hex}`;
    if (own === id) return;
    const layers = layersOf.get(own) ?? (await this.layersOfUnlisted(own, signal));
    const isTwin = layers?.join() === (inspected.RootFS?.Layers ?? []).join();
    if (!isTwin) throw this.engine.connection.invalid({ path: `/images/${id}/history` }, 'other-image', own);
  }

  /** The layers of an image that the engine does not list; null where it has none of this ID. */
  private async layersOfUnlisted(id: string, signal?: AbortSignal): Promise<readonly string[] | null> {
    try {
      return (await this.inspect(parseImageId(id), signal)).RootFS?.Layers ?? [];
    } catch (thrown) {
      if (thrown instanceof EngineRefusal && thrown.status === 404) return null;
      throw thrown;
    }
  }

  private toGraph(id: ImageId, image: KnownImage, containers: readonly ContainerUse[]): GraphImage {
    return {
      id,
      manifest: id,
      config: image.config,
      chainIds: image.chainIds,
      containers,
      layers: image.chainIds.flatMap((chainId, i) => {
        const diffId = image.config.diffIds[i];
        if (diffId === undefined) return [];
        // One size a layer for all images: what the first one that was asked about told.
        const size = this.sizes.get(chainId) ?? image.sizes[i] ?? 0;
        const blob = { digest: parseDigest(chainId), size, mediaType: unpackedType, compression: null };
        return [{ blob, diffId, tarSize: null }];
      }),
    };
  }

  private forgetGone(listed: ReadonlySet<ImageId>): void {
    for (const id of this.known.keys()) if (!listed.has(id)) this.known.delete(id);
    for (const id of this.untold.keys()) if (!listed.has(id)) this.untold.delete(id);
    const kept = new Set([...this.known.values()].flatMap((image) => image.chainIds));
    for (const chainId of this.sizes.keys()) if (!kept.has(chainId)) this.sizes.delete(chainId);
  }
}

/** Names of a listed image in their familiar spelling; those of an image that was pulled by digest alone are digests. */
function namesOf({ RepoTags, RepoDigests }: ListedImage): readonly string[] {
  const tags = familiarNames(RepoTags);
  return tags.length > 0 ? tags : familiarNames(RepoDigests);
}

/** Names as an engine spells them in their familiar spelling, without those that are none. */
export function familiarNames(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => {
    if (text.includes('<none>')) return [];
    try {
      return [parseReference(text).familiar];
    } catch {
      // A name that no reference can be: the image is there, the name can be used for nothing.
      return [];
    }
  });
}

/** Seconds since 1970 as a date; '' for what is none. */
function dateOf(seconds: number): string {
  return seconds > 0 && seconds < 1e11 ? new Date(seconds * 1000).toISOString() : '';
}

/** Puts an engine's answers into the form of an image's config, and finds each layer's bytes; of a history that is not told those that other images tell. Throws `document-invalid`. */
function understand(
  id: ImageId,
  inspected: InspectedImage,
  history: HistoryAnswer | null,
  sizes: Map<ChainId, number>,
): KnownImage {
  const diffIds = (inspected.RootFS?.Layers ?? []).map(parseDiffId);
  const steps = [...(history ?? [])].reverse();
  const ids = chainIds(diffIds, sha256);
  const layers = ids.map((chainId, i) => ({ chainId, diffId: diffIds[i] ?? parseDiffId(chainId) }));
  const places = alignHistory(
    steps.map(({ CreatedBy, Size }) => ({ createdBy: CreatedBy, size: Size })),
    layers,
    sizes,
  );
  const bytes: (number | undefined)[] = ids.map((chainId) =>
    history === null ? sizes.get(chainId) : undefined,
  );
  steps.forEach(({ Size }, i) => {
    const layer = places[i];
    if (layer !== null && layer !== undefined) bytes[layer] = Size;
  });
  // Bytes that no step accounts for belong to the lowest layer that has none: a base that came without a history.
  const told = bytes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const alone = bytes.indexOf(undefined);
  if (alone >= 0) bytes[alone] = Math.max(0, inspected.Size - told);
  const config = parseImageConfig(
    new TextEncoder().encode(
      JSON.stringify({
        created: inspected.Created,
        author: inspected.Author,
        comment: inspected.Comment,
        os: inspected.Os,
        architecture: inspected.Architecture,
        variant: inspected.Variant,
        docker_version: inspected.DockerVersion,
        config: inspected.Config,
        rootfs: { type: 'layers', diff_ids: diffIds },
        history: steps.map(({ CreatedBy, Created, Comment }, i) => ({
          created: dateOf(Created),
          created_by: CreatedBy,
          comment: Comment,
          empty_layer: places[i] === null,
        })),
      }),
    ),
    { file: id, entry: 'inspect', limits: defaultLimits },
    { anyTypes: true },
  );
  const found = bytes.map((size) => size ?? 0);
  if (history === null) return { config, chainIds: ids, sizes: found };
  ids.forEach((chainId, i) => {
    if (!sizes.has(chainId)) sizes.set(chainId, found[i] ?? 0);
  });
  return { config, chainIds: ids, sizes: found };
}
