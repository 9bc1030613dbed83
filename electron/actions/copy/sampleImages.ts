import { setImmediate } from 'node:timers/promises';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { whiteoutPath } from '../../../shared/layer/whiteout';
import { encodeHeader, padded } from '../../../shared/layer/tarHeader';
import type { OperationResult } from '../../../shared/ipc/operation';
import { sha256 } from '../../store/sha256';
import type { ActionContext, Run } from '../ground/context';
import { makeTemporary } from '../../store/temporary';
import { loadImages } from './loadImages';

/** Bytes that stand for a library or an asset: the same wherever the same seed stands, so that copies are true copies. */
interface Filler {
  readonly bytes: number;
  readonly seed: number;
}

/**
 * Five small images that share layers, for a first look when there is no archive at hand, and that have something to be found:
 * a base, a runtime on it, two apps, a key that is deleted one layer too late, a library that is there twice. They are made by
 * this code, byte for byte the same each time, and say what they are: strata of text and noise, not programs.
 */
interface SampleLayer {
  readonly command: string;
  /** Path to text or filler; a path that ends in `/` is a folder, null deletes. */
  readonly files: Readonly<Record<string, string | Filler | null>>;
}

interface Sample {
  readonly name: string;
  readonly layers: readonly SampleLayer[];
  readonly env?: readonly string[];
  readonly cmd: readonly string[];
  readonly ports?: readonly string[];
  readonly user?: string;
}

const about =
  'A sample of Stratigraph: text that stands for a program, so that layers have something in them.\n';
const story = `${about}
bedrock is the base that all five stand on, runtime the second storey, quarry and site the two apps.
quarry:1.1 copies deploy.key in one layer and deletes it in the next: whoever has the image has the key.
quarry brings libcurl.so.4 a second time, at app/lib; it has lain at usr/lib since the tools came.
`;
const curl: Filler = { bytes: 720_000, seed: 3 };

const bedrock: SampleLayer = {
  command: 'ADD bedrock-rootfs.tar / ',
  files: {
    'etc/': '',
    'etc/os-release': 'NAME="Bedrock"\nVERSION="1"\n',
    'lib/': '',
    'lib/libc.so.6': { bytes: 1_500_000, seed: 1 },
    'usr/': '',
    'usr/share/': '',
    'usr/share/zoneinfo.db': { bytes: 400_000, seed: 2 },
    README: story,
  },
};
const tools: SampleLayer = {
  command: 'RUN apt-get install -y ca-certificates curl # buildkit',
  files: {
    'usr/bin/': '',
    'usr/bin/curl': about,
    'usr/lib/': '',
    'usr/lib/libcurl.so.4': curl,
    'etc/ssl/': '',
    'etc/ssl/cert.pem': about,
  },
};
const runtime: SampleLayer = {
  command: 'RUN /bin/sh -c make -j4 && make install # buildkit',
  files: {
    'usr/lib/runtime': about,
    'usr/lib/libruntime.so.3': { bytes: 2_100_000, seed: 4 },
    'usr/share/runtime-locale.dat': { bytes: 300_000, seed: 5 },
  },
};
const packages: SampleLayer = {
  command: 'RUN /bin/sh -c pip install -r requirements.txt # buildkit',
  files: {
    'app/': '',
    'app/requirements.txt': 'strata==1.0\nquarry==2.1\n',
    'app/lib/': '',
    'app/lib/strata.so': { bytes: 580_000, seed: 6 },
    'app/lib/libcurl.so.4': curl,
  },
};
/** Of letters alone: nobody's key, in the form of one, so that a search for secrets finds it. */
const noKey = 'SampleOfStratigraphThisIsNoKey'.repeat(6).replace(/.{60}/g, '$&\n').trim();
const secret: SampleLayer = {
  command: 'COPY deploy.key /app/deploy.key # buildkit',
  files: {
    'app/deploy.key': ['-----BEGIN OPENSSH', `KEY-----\n${noKey}\n-----END OPENSSH`, 'KEY-----\n'].join(
      ' PRIVATE ',
    ),
  },
};
const cleaned: SampleLayer = {
  command: 'RUN /bin/sh -c rm /app/deploy.key # buildkit',
  files: { 'app/deploy.key': null },
};
const app = (version: string, bytes: number): SampleLayer => ({
  command: 'COPY src/ /app/ # buildkit',
  files: {
    'app/main.py': `print("quarry ${version}")\n`,
    'app/VERSION': `${version}\n`,
    'app/stones.db': { bytes, seed: bytes },
  },
});
const site: SampleLayer = {
  command: 'COPY dist/ /srv/www/ # buildkit',
  files: {
    'srv/': '',
    'srv/www/': '',
    'srv/www/index.html': `<!doctype html><title>Quarry</title><p>${about}`,
    'srv/www/search-index.bin': { bytes: 480_000, seed: 7 },
  },
};

const samples: readonly Sample[] = [
  { name: 'sample/bedrock:1', layers: [bedrock], cmd: ['/bin/sh'] },
  {
    name: 'sample/runtime:3',
    layers: [bedrock, tools, runtime],
    env: ['RUNTIME_VERSION=3.2.0'],
    cmd: ['/usr/lib/runtime'],
  },
  {
    name: 'sample/quarry:1.0',
    layers: [bedrock, tools, runtime, packages, app('1.0', 96_000)],
    env: ['RUNTIME_VERSION=3.2.0', 'QUARRY_ENV=production'],
    cmd: ['python', '-m', 'quarry'],
    ports: ['8000/tcp'],
    user: '1000:1000',
  },
  {
    name: 'sample/quarry:1.1',
    layers: [bedrock, tools, runtime, packages, secret, cleaned, app('1.1', 112_000)],
    env: ['RUNTIME_VERSION=3.2.0', 'QUARRY_ENV=production'],
    cmd: ['python', '-m', 'quarry'],
    ports: ['8000/tcp'],
    user: '1000:1000',
  },
  { name: 'sample/site:1.0', layers: [bedrock, tools, site], cmd: ['httpd', '-f'], ports: ['80/tcp'] },
];

const encoder = new TextEncoder();
/** 19 October 2026: a date that is part of the samples' bytes, like everything else of them. */
const created = 1_792_400_000;

function member(name: string, body: Uint8Array | null, type: 'file' | 'directory' = 'file'): Uint8Array {
  const size = body?.length ?? 0;
  const mode = type === 'directory' ? 0o755 : 0o644;
  const header = encodeHeader({ name, type, size, mode, mtime: created });
  const out = new Uint8Array(header.length + padded(size));
  out.set(header);
  if (body) out.set(body, header.length);
  return out;
}

/** Bytes that look like data, the same each time: a linear congruential sequence. */
function filler({ bytes, seed }: Filler): Uint8Array {
  const out = new Uint8Array(bytes);
  let state = seed >>> 0;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = state >>> 24;
  }
  return out;
}

function layerTar(layer: SampleLayer): Uint8Array {
  const parts = Object.entries(layer.files).map(([path, content]) => {
    if (content === null) return member(whiteoutPath(path), new Uint8Array(0));
    if (typeof content !== 'string') return member(path, filler(content));
    return path.endsWith('/') ? member(path, null, 'directory') : member(path, encoder.encode(content));
  });
  return Buffer.concat([...parts, new Uint8Array(1024)]);
}

/** The samples as one docker-archive. Made piece by piece, so that whoever waits for the event loop is not kept waiting. */
export async function sampleArchive(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const written = new Set<string>();
  const put = (name: string, bytes: Uint8Array): void => {
    if (!written.has(name)) parts.push(member(name, bytes));
    written.add(name);
  };
  const built = new Map<SampleLayer, { layer: SampleLayer; tar: Uint8Array; digest: string }>();
  for (const layer of new Set(samples.flatMap(({ layers }) => layers))) {
    const tar = layerTar(layer);
    await setImmediate();
    built.set(layer, { layer, tar, digest: sha256(tar) });
    await setImmediate();
  }
  const manifest = samples.map(({ name, layers, env = [], cmd, ports = [], user = '' }) => {
    const blobs = layers.flatMap((layer) => built.get(layer) ?? []);
    const date = new Date(created * 1000).toISOString();
    const history = blobs.map(({ layer }) => ({ created: date, created_by: layer.command }));
    const step = (text: string): object => ({ created: date, created_by: text, empty_layer: true });
    const config = encoder.encode(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        created: date,
        author: 'Stratigraph',
        config: {
          Env: ['PATH=/usr/bin:/bin', ...env],
          Cmd: cmd,
          ...(user === '' ? {} : { User: user, WorkingDir: '/app' }),
          ...(ports.length > 0 ? { ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])) } : {}),
          Labels: {
            'org.opencontainers.image.title': name.split(':')[0],
            'org.opencontainers.image.description': about.trim(),
          },
        },
        history: [
          ...history,
          ...ports.map((port) => step(`EXPOSE ${port}`)),
          step(`CMD ${JSON.stringify(cmd)}`),
        ],
        rootfs: { type: 'layers', diff_ids: blobs.map(({ digest }) => `sha256:${digest}`) },
      }),
    );
    const configName = `${sha256(config)}.json`;
    put(configName, config);
    for (const { digest, tar } of blobs) put(`${digest}/layer.tar`, tar);
    return { Config: configName, RepoTags: [name], Layers: blobs.map(({ digest }) => `${digest}/layer.tar`) };
  });
  put('manifest.json', encoder.encode(JSON.stringify(manifest)));
  return Buffer.concat([...parts, new Uint8Array(1024)]);
}

/** Loads the sample images like any archive. */
export async function loadSampleImages(
  context: ActionContext,
  run: Run,
): Promise<OperationResult & { readonly kind: 'load' | 'samples' }> {
  const folder = await makeTemporary('samples');
  try {
    const path = join(folder, 'samples.tar');
    await writeFile(path, await sampleArchive());
    return { ...(await loadImages(context, { path, label: 'samples.tar' }, run)), kind: 'samples' };
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
