import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Runs the command line on a file system of a few megabytes, with less and less room, and prints what it did as JSON; see
// writeFaults.test.ts. It is started in a mount namespace of its own, so that nothing is left mounted whatever happens.

/** One command on a disk with so much room. */
export interface FullDiskTry {
  readonly command: string;
  /** Bytes that were free before it. */
  readonly room: number;
  readonly code: number | null;
  readonly stderr: string;
  /** Whether index.json is what it was. */
  readonly unchanged: boolean;
  /** Files in the store that were not there before, without blobs and indexes that the command added. */
  readonly left: readonly string[];
  /** Bytes that are free after it, against before; where the command failed, nothing may be gone. */
  readonly gone: number;
  /** What `fsck` says, and `images`. */
  readonly fsck: number | null;
  readonly images: number;
}

const [cli = '', disk = '', archive = '', base = ''] = process.argv.slice(2);
mkdirSync(disk, { recursive: true });
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m,mode=0700', 'tmpfs', disk]);
const store = join(disk, 'store');
const ballast = join(disk, 'ballast');
const block = 4096;

function stratigraph(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, '--store', store, ...args], {
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

const free = (): number => {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
};
const index = (): string => readFileSync(join(store, 'index.json'), 'utf8');
const files = (): string[] => readdirSync(store, { recursive: true, encoding: 'utf8' }).sort();

/** Leaves this many bytes free. */
function leave(room: number): void {
  rmSync(ballast, { force: true });
  const size = free() - room;
  if (size > 0) writeFileSync(ballast, Buffer.alloc(size - (size % block), 1));
}

function attempt(room: number, ...args: string[]): FullDiskTry {
  leave(room);
  const [before, known, had] = [index(), new Set(files()), free()];
  const { code, stderr } = stratigraph(...args);
  const unchanged = index() === before;
  const left = files().filter((path) => !known.has(path) && (unchanged || !/^(?:blobs|cache)\//.test(path)));
  const gone = had - free();
  const fsck = stratigraph('fsck').code;
  const images = (JSON.parse(stratigraph('images', '--json').stdout) as unknown[]).length;
  return { command: args[0] ?? '', room: had, code, stderr, unchanged, left, gone, fsck, images };
}

const template = join(disk, '..', 'template');
const loaded = spawnSync(process.execPath, [cli, '--store', template, 'load', '-q', '-i', base]);
if (loaded.status !== 0) throw new Error(loaded.stderr.toString());

/** The store with the first image only. */
function begin(): void {
  rmSync(ballast, { force: true });
  rmSync(store, { recursive: true, force: true });
  cpSync(template, store, { recursive: true, preserveTimestamps: true });
}

const tries: FullDiskTry[] = [];
// Loading, with room that ends at ever later steps.
for (const room of [0, 1, 4, 64, 192, 264, 320, 640].map((blocks) => blocks * block)) {
  begin();
  tries.push(attempt(room, 'load', '-q', '-i', archive));
}
// From a pipe and compressed outside, everything is staged first.
const zipped = join(disk, '..', 'zipped.tar.gz');
writeFileSync(zipped, execFileSync('gzip', ['-c', archive], { maxBuffer: 1 << 26 }));
begin();
tries.push(attempt(64 * block, 'load', '-q', '-i', zipped));
// Naming and saving.
for (const blocks of [0, 1]) {
  begin();
  tries.push(attempt(blocks * block, 'tag', 'base:1', 'other:1'));
}
for (const blocks of [0, 32, 200]) {
  begin();
  tries.push(attempt(blocks * block, 'save', '-o', join(disk, 'saved.tar'), 'base:1'));
}
// Whoever has no room left has to be able to make some.
for (const command of [['rmi', 'base:2'], ['prune', '-a'], ['gc']]) {
  begin();
  tries.push(attempt(0, ...command));
}
// A workspace that filled the disk can be ended and removed.
begin();
leave(2 << 20);
if (stratigraph('workspace', 'create', 'base:2', 'own').code === 0) {
  for (const command of [['workspace', 'umount', 'own'], ['workspace', 'rm', 'own'], ['gc']])
    tries.push(attempt(0, ...command));
} else tries.push(attempt(0, 'workspace', 'create', 'base:2'));
process.stdout.write(JSON.stringify(tries));
