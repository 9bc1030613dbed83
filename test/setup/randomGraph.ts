import { storedOrigin } from '../../shared/image/jsonDocument';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexFormat } from '../../electron/index/layerIndex';
import { BlockTagger, seal } from '../../electron/store/seal';
import {
  parseChainId,
  parseDiffId,
  parseDigest,
  parseImageId,
  type ChainId,
  type Digest,
} from '../../shared/image/digest';
import { parseImageConfig } from '../../shared/image/imageConfig';
import { buildGraph, type GraphRoot } from '../../shared/graph/buildGraph';
import type { ImageGraph } from '../../shared/graph/imageGraph';

/**
 * Large stores as years of building leave them: few bases, long chains that many images share, a fork for every release,
 * repositories with many tags, dangling images, the same content under different parents. The same seed gives the same
 * store, as a graph in memory or as a real store on disk that the app opens.
 */
export interface RandomStore {
  readonly images: number;
  /** Distinct layers (chain IDs) in all, nearly; at least as many as images. */
  readonly layers: number;
  readonly seed?: number;
  /** Of a graph: a third of what images name is another stored form of the layer, so that the store has it twice. */
  readonly forms?: boolean;
}

/** The day that ages are told from: images are at most two years older. */
export const randomNow = Date.parse('2026-11-24T00:00:00Z');

interface Layer {
  readonly parent: number;
  readonly diffId: string;
  readonly chainId: ChainId;
  /** Of its one blob. */
  readonly digest: Digest;
  readonly size: number;
  readonly command: string;
  readonly created: string;
  /** Commands of the empty steps that follow it. */
  readonly empty: readonly string[];
}

interface Image {
  readonly top: number;
  readonly names: readonly string[];
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Plan {
  readonly layers: readonly Layer[];
  readonly images: readonly Image[];
}

const day = 86_400_000;
const sha = (text: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Numbers in [0, 1) from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const bases = ['debian', 'alpine', 'ubuntu', 'fedora', 'rockylinux', 'distroless', 'busybox', 'archlinux'];
const tools = [
  'ca-certificates curl',
  'git openssh-client',
  'gcc make',
  'nginx',
  'openjdk-17',
  'libpq5',
  'tini',
];
const parts = [
  'shop',
  'billing',
  'search',
  'mail',
  'auth',
  'report',
  'media',
  'stock',
  'price',
  'chat',
  'map',
];
const roles = ['api', 'web', 'worker', 'cron', 'proxy', 'admin', 'gateway'];
const teams = ['web', 'core', 'data', 'platform', 'mobile'];
const ownSteps = [
  '/bin/sh -c pip install -r requirements.txt',
  '/bin/sh -c npm ci',
  'COPY src/ /app',
  '/bin/sh -c npm run build',
  'COPY dist/ /usr/share/nginx/html',
  'COPY config/ /etc/app/',
  '/bin/sh -c chown -R app:app /app',
  '/bin/sh -c go build -o /usr/local/bin/app ./cmd/app',
  'COPY entrypoint.sh /',
] as const;

function plan({ images: imageCount, layers: layerCount, seed = 1 }: RandomStore): Plan {
  const random = randomFrom(seed);
  const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  /** Places in a list, the first ones far more often. */
  const popular = (length: number): number => Math.floor(length * random() ** 2.5);
  const logNormal = (median: number, sigma: number): number => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(64, Math.min(8e9, Math.round(median * Math.exp(sigma * normal))));
  };
  const at = (age: number): string => new Date(randomNow - age * day).toISOString().replace('.000Z', 'Z');

  const layers: Layer[] = [];
  const ages: number[] = [];
  const add = (parent: number, command: string, size: number, age: number, same?: string): number => {
    const diffId = same ?? sha(`diff ${seed} ${layers.length}`);
    const below = layers[parent];
    const chainId = parseChainId(below ? sha(`${below.chainId} ${diffId}`) : diffId);
    const empty = random() < 0.15 ? ['ENV LANG=C.UTF-8', 'WORKDIR /app'].slice(0, whole(1, 2)) : [];
    const digest = parseDigest(sha(`blob ${diffId}`));
    layers.push({ parent, diffId, chainId, digest, size, command, created: at(age), empty });
    ages.push(age);
    return layers.length - 1;
  };
  const ageOf = (layer: number): number => ages[layer] ?? 0;

  const images: Image[] = [];
  /** Layers that images need: what nobody builds on is no part of a store. */
  const used = new Set<number>();
  const addImage = (top: number, names: readonly string[], team: string | null): void => {
    for (let at = top; at >= 0 && !used.has(at); at = layers[at]?.parent ?? -1) used.add(at);
    images.push({
      top,
      names,
      created: layers[top]?.created ?? at(0),
      labels: team === null ? {} : { team, 'org.opencontainers.image.source': `https://example.org/${team}` },
    });
  };

  // Bases, each with some platforms (a language, a toolchain) on long chains that whole departments share.
  const baseCount = Math.max(1, Math.min(24, Math.round(imageCount ** 0.35)));
  const spare = (): number => layerCount - used.size - (imageCount - images.length);
  const platforms: number[] = [];
  for (let i = 0; i < baseCount && spare() > 0; i++) {
    const name = bases[i % bases.length] as string;
    const base = add(-1, `ADD ${name}-rootfs.tar.xz /`, logNormal(4e7, 0.6), whole(400, 730));
    if (images.length < imageCount && random() < 0.8) addImage(base, [`${name}:${12 + i}`], null);
    platforms.push(base);
    for (let k = whole(1, 4); k > 0 && spare() > 8; k--) {
      let top = base;
      for (let length = whole(2, Math.min(24, Math.max(2, spare() >> 3))); length > 0; length--) {
        const command = `/bin/sh -c apt-get install -y ${pick(tools)}`;
        top = add(top, command, logNormal(6e6, 1.6), Math.max(60, ageOf(top) - random() * 40));
      }
      platforms.push(top);
    }
  }

  // Repositories: a chain of their own, and a fork for every release.
  let repository = 0;
  while (images.length < imageCount) {
    repository++;
    const registry = random() < 0.35 ? 'registry.lan:5000/team/' : '';
    const name = `${registry}${pick(parts)}-${pick(roles)}${repository > 60 ? `-${repository}` : ''}`;
    const team = pick(teams);
    let trunk = platforms[popular(platforms.length)] ?? -1;
    const long = random() < 0.02 ? 60 : 5;
    for (let length = whole(1, long); length > 0 && spare() > 4 && trunk >= 0; length--) {
      trunk = add(trunk, pick(ownSteps), logNormal(2e6, 2), Math.max(30, ageOf(trunk) - random() * 60));
    }
    const releases = Math.min(imageCount - images.length, 1 + Math.floor(40 * random() ** 2));
    for (let i = 1; i <= releases; i++) {
      // What is left is spread over the images to come, so that the counts come out exactly.
      const left = imageCount - images.length;
      const rest = layerCount - used.size;
      const own = left === 1 ? rest : Math.min(spare() + 1, whole(1, Math.ceil((2 * rest) / left) - 1));
      const age = Math.max(0, ageOf(trunk) * (1 - i / (releases + 1)) * random());
      let top = trunk;
      for (let k = 0; k < Math.max(1, own); k++) {
        // The same file added on top of another parent: one blob in two chains.
        const twin = random() < 0.01 ? layers[Math.floor(random() * layers.length)] : undefined;
        top = twin
          ? add(top, twin.command, twin.size, age, twin.diffId)
          : add(top, pick(ownSteps), logNormal(4e5, 2.2), age);
      }
      // Now and then the next releases stand on a newer state of the dependencies.
      if (random() < 0.2) trunk = layers[top]?.parent ?? trunk;
      const names = random() < 0.06 ? [] : [`${name}:1.${i}`];
      if (i === releases && names.length > 0) names.push(`${name}:latest`);
      addImage(top, names, random() < 0.7 ? team : null);
    }
  }
  return { layers, images };
}

function chainOf(layers: readonly Layer[], top: number): readonly Layer[] {
  const chain: Layer[] = [];
  for (let layer = layers[top]; layer; layer = layers[layer.parent]) chain.push(layer);
  return chain.reverse();
}

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** Config and manifest of an image, as bytes. */
function documents(image: Image, chain: readonly Layer[]): { config: Buffer; manifest: Buffer } {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created: image.created,
      config: { Labels: image.labels, Cmd: ['app'] },
      rootfs: { type: 'layers', diff_ids: chain.map(({ diffId }) => diffId) },
      history: chain.flatMap(({ created, command, empty }) => [
        { created, created_by: command },
        ...empty.map((text) => ({ created, created_by: `/bin/sh -c #(nop) ${text}`, empty_layer: true })),
      ]),
      // Two images of the same layers are still two.
      'org.example.names': image.names,
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: types.config, digest: sha(config), size: config.length },
      layers: chain.map(({ digest, size }) => ({ mediaType: types.layer, digest, size })),
    }),
  );
  return { config, manifest };
}

/** The graph of a random store, as the app's main process would make it. */
export function randomGraph(options: RandomStore): ImageGraph {
  const { layers, images } = plan(options);
  const roots: GraphRoot[] = [];
  for (const image of images) {
    const plain = chainOf(layers, image.top);
    const chain = options.forms === true ? plain.map((layer) => otherForm(layer, image)) : plain;
    const { config, manifest } = documents(image, chain);
    const digest = parseDigest(sha(manifest));
    const id = parseImageId(sha(config));
    const found = {
      id,
      manifest: digest,
      config: parseImageConfig(config, storedOrigin(id)),
      chainIds: chain.map(({ chainId }) => chainId),
      layers: chain.map((layer) => ({
        blob: {
          digest: layer.digest,
          size: layer.size,
          mediaType: types.layer,
          compression: 'gzip' as const,
        },
        diffId: parseDiffId(layer.diffId),
        tarSize: tarSizeOf(layer),
      })),
    };
    const blobs = new Map<Digest, number>([
      [digest, manifest.length],
      [parseDigest(id), config.length],
      ...chain.map((layer): [Digest, number] => [layer.digest, layer.size]),
    ]);
    const names: readonly (string | null)[] = image.names.length > 0 ? image.names : [null];
    for (const name of names) roots.push({ digest, size: manifest.length, name, blobs, images: [found] });
  }
  return buildGraph({ revision: `random ${JSON.stringify(options)}`, roots });
}

/** Now and then, as names and digests fall, a layer as packed by another tool: other bytes, the same content. */
function otherForm(layer: Layer, { names, top }: Image): Layer {
  const other = sha(`form ${names.join()} ${top} ${layer.diffId}`);
  return parseInt(other.slice(7, 9), 16) % 3 > 0
    ? layer
    : { ...layer, digest: parseDigest(sha(`other ${layer.diffId}`)), size: layer.size + 1000 };
}

const tarSizeOf = ({ size }: Layer): number => Math.ceil((size * 2.4) / 512) * 512;

/** Some files for the index of a layer, which together have the layer's size: what a directory map shows. */
function entriesOf(layer: Layer, content: number): readonly unknown[] {
  const seed = parseInt(layer.diffId.slice(7, 15), 16);
  const folders = ['usr/lib', 'usr/share', 'usr/bin', 'etc', 'app', 'var/lib'];
  const first = folders[seed % folders.length] as string;
  const second = folders[(seed >>> 8) % folders.length] as string;
  const big = Math.floor(content * 0.7);
  const modified = Math.floor(Date.parse(layer.created) / 1000);
  return [
    ['d', first, 0o755, 0, 0, modified],
    ['f', `${first}/data-${seed % 1000}.bin`, 0o644, 0, 0, modified, big, 512],
    ['f', `${second}/module-${seed % 97}.js`, 0o644, 0, 0, modified, content - big, 1024 + big],
  ];
}

/**
 * Writes a random store as a real one: an OCI image layout with its layer indexes, which the app opens like any other.
 * Documents are true to their digests; blobs of layers are sparse files of the right size without content, so whatever
 * reads or verifies a layer's bytes will call it damaged. Ten thousand images take some seconds.
 */
export function writeRandomStore(directory: string, options: RandomStore): void {
  const { layers, images } = plan(options);
  const blobs = join(directory, 'blobs', 'sha256');
  const indexes = join(directory, 'cache', 'index', 'sha256');
  for (const folder of [blobs, indexes, join(directory, 'ingest')])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  const written = new Set<string>();
  for (const layer of layers) {
    if (written.has(layer.digest)) continue;
    written.add(layer.digest);
    const name = layer.digest.slice(7);
    const file = openSync(join(blobs, name), 'w');
    ftruncateSync(file, layer.size);
    closeSync(file);
    const content = tarSizeOf(layer) - 512;
    const entries = entriesOf(layer, content);
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    // As `LayerIndexWriter` does it, but for waiting for the disk, which thousands of them would take minutes for.
    const salt = name.slice(0, 22);
    const tagger = new BlockTagger('lines', salt);
    tagger.feed(Buffer.from(lines));
    const tags = { lines: tagger.finish(), tar: new BlockTagger('tar', salt).finish() };
    const trailer = `${JSON.stringify({ lines: tags.lines.toString('base64'), tar: tags.tar.toString('base64') })}\n`;
    const head = {
      format: indexFormat,
      digest: layer.digest,
      size: layer.size,
      compression: 'gzip',
      diffId: layer.diffId,
      tarSize: tarSizeOf(layer),
      contentSize: content,
      entries: entries.length,
      salt,
      body: Buffer.byteLength(lines),
      trailer: trailer.length,
      tags: seal('index-tags', trailer),
    };
    const sealed = JSON.stringify({ ...head, seal: seal('index', JSON.stringify(head)) });
    writeFileSync(join(indexes, `${name}.jsonl`), `${sealed.padEnd(1023)}\n${lines}${trailer}`);
  }
  const manifests: unknown[] = [];
  for (const image of images) {
    const { config, manifest } = documents(image, chainOf(layers, image.top));
    writeFileSync(join(blobs, sha(config).slice(7)), config);
    writeFileSync(join(blobs, sha(manifest).slice(7)), manifest);
    const descriptor = { mediaType: types.manifest, digest: sha(manifest), size: manifest.length };
    const named = image.names.map((name) => ({
      ...descriptor,
      annotations: { 'org.opencontainers.image.ref.name': name },
    }));
    manifests.push(...(named.length > 0 ? named : [descriptor]));
  }
  // By this a store is known as one of ours, whose caches count.
  writeFileSync(join(directory, 'reserve'), '', { mode: 0o600 });
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}\n');
  writeFileSync(join(directory, 'index.json'), `${JSON.stringify({ schemaVersion: 2, manifests })}\n`);
}
