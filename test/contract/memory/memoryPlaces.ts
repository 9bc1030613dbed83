import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OwnedContext } from '../../../electron/actions/ground/createContext';
import { saveLayout } from '../../../electron/actions/copy/saveLayout';
import { heldPlace } from '../../../electron/place/heldPlace';
import { lookAt } from '../../../electron/place/opened/lookAt';
import type { Place, PlaceListener, PlacesOfKind } from '../../../electron/place/place';
import type { WorkerPool } from '../../../electron/worker/jobs';
import { problem, type PlaceNeed } from '../../../shared/image/problem';
import type { SourceId, SourceInfo } from '../../../shared/ipc/source';
import { blobPath, writeMembers } from '../../setup/imageBuilder';

/** What a place in memory has: blobs by digest, and the descriptors that its index lists, each with its name. */
export interface MemoryContent {
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly manifests: readonly MemoryRoot[];
}

interface MemoryRoot {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

const id = 'memory-1' as SourceId;
const cannot: readonly PlaceNeed[] = ['write', 'mount', 'make'];

/**
 * The smallest kind of place: one that keeps documents and layers in memory and takes what others give. What it does not say itself is
 * derived from a layout of its blobs that is looked at (`lookAt`), made anew when something has changed.
 */
export class MemoryPlaces implements PlacesOfKind {
  readonly id = id;
  private content: MemoryContent = { blobs: new Map(), manifests: [] };
  private looked: Promise<OwnedContext> | null = null;
  private readonly ends: (() => Promise<void>)[] = [];
  private readonly listeners = new Set<PlaceListener>();

  constructor(private readonly pool: WorkerPool) {}

  async list(): Promise<readonly SourceInfo[]> {
    const { graph } = await this.place().view();
    const about = { name: 'Memory', word: 'memory', address: '', problem: null, version: null };
    return [{ id, kind: 'layout', state: 'ready', images: graph.images.length, ...about }];
  }

  watch(listener: PlaceListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  find(asked: SourceId): Place | null {
    return asked === id ? this.place() : null;
  }

  /** Replaces everything at once. */
  put(content: MemoryContent): void {
    this.content = content;
    this.looked = null;
    for (const { imagesChanged } of this.listeners) imagesChanged(id);
  }

  async close(): Promise<void> {
    for (const end of this.ends) await end();
  }

  private place(): Place {
    const held = heldPlace({
      id,
      label: 'Memory',
      cannot,
      within: async (work) => work(await (this.looked ??= this.look(this.content))),
    });
    return {
      ...held,
      take: {
        take: async (tools, from, request, run) =>
          from.lend(tools, request, run, async (context) => {
            const folder = await this.scratch();
            const target = join(folder, 'taken');
            const { what, platform = null } = request;
            const saved = await saveLayout(context, { what, platform, target }, run);
            if (run.signal.aborted) throw problem('cancelled', {});
            const taken = layoutContent(target);
            const movedNames = movedBy(this.content, taken);
            const isThere = [...taken.blobs.keys()].every((digest) => this.content.blobs.has(digest));
            this.put(joined(this.content, taken));
            const { images, layers, bytes, listed } = saved;
            return {
              kind: 'copyOut',
              engine: 'Memory',
              images,
              layers,
              bytes: isThere ? 0 : bytes,
              listed,
              movedNames,
            };
          }),
      },
    };
  }

  private async look({ blobs, manifests }: MemoryContent): Promise<OwnedContext> {
    const folder = await this.scratch();
    await writeMembers(folder, [
      { path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
      { path: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests }) },
      { path: 'blobs/sha256', type: 'directory' },
      ...[...blobs].map(([digest, content]) => ({ path: blobPath(digest), content })),
    ]);
    const context = await lookAt(
      folder,
      { pool: this.pool },
      { signal: new AbortController().signal, report: () => undefined },
    );
    this.ends.unshift(() => context.close());
    return context;
  }

  private async scratch(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'stratigraph-memory-'));
    this.ends.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }
}

const nameOf = ({ annotations }: MemoryRoot): string | undefined =>
  annotations?.['org.opencontainers.image.ref.name'];

/** Names that another image has in what is there. */
function movedBy(before: MemoryContent, after: MemoryContent): readonly string[] {
  return after.manifests.flatMap((root) => {
    const name = nameOf(root);
    const held = before.manifests.find((each) => name !== undefined && nameOf(each) === name);
    return name !== undefined && held && held.digest !== root.digest ? [name] : [];
  });
}

/** Two contents as one: a name that both have is the later one's. */
function joined(before: MemoryContent, after: MemoryContent): MemoryContent {
  const taken = new Set(after.manifests.map(nameOf));
  const stays = before.manifests.filter((root) => nameOf(root) === undefined || !taken.has(nameOf(root)));
  return {
    blobs: new Map([...before.blobs, ...after.blobs]),
    manifests: [...stays, ...after.manifests],
  };
}

/** A layout folder as content. */
export function layoutContent(folder: string): MemoryContent {
  const { manifests } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    manifests: MemoryRoot[];
  };
  const blobs = new Map<string, Uint8Array>();
  const add = (digest: string): Uint8Array => {
    const bytes = readFileSync(join(folder, blobPath(digest)));
    blobs.set(digest, bytes);
    return bytes;
  };
  for (const { digest } of manifests) {
    const { config, layers } = JSON.parse(Buffer.from(add(digest)).toString()) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    for (const each of [config, ...layers]) add(each.digest);
  }
  return { blobs, manifests };
}
