import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

// Runs commands whose output is longer than a small disk, without their being able to know it, and prints what they did as JSON;
// see noRoom.test.ts. It is started in a mount namespace of its own.

/** What is tried: commands whose size nobody knows, those that are too large in all, and those that just fit. */
export interface NoRoomTries {
  readonly tries: readonly NoRoomTry[];
  readonly inAll: readonly NoRoomTry[];
  readonly once: readonly NoRoomTry[];
}

/** One command on the small disk. */
export interface NoRoomTry {
  readonly command: string;
  readonly code: number | null;
  readonly stderr: string;
  /** The least that was seen free while it ran, and what is kept free; bytes. */
  readonly least: number;
  /** What was free before it. */
  readonly before: number;
  readonly kept: number;
  /** Bytes that are gone after it. */
  readonly gone: number;
  /** Files in the store's folder of work. */
  readonly left: readonly string[];
}

const [cli = '', disk = '', template = '', archive = '', rootfs = '', packed = ''] = process.argv.slice(2);
const [many = '', most = '', zipped = ''] = process.argv.slice(8);
mkdirSync(disk, { recursive: true });
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'tmpfs', disk]);
const store = join(disk, 'store');

const room = (): { free: number; kept: number } => {
  const { bavail, blocks, bsize } = statfsSync(disk);
  return { free: bavail * bsize, kept: Math.floor((blocks * bsize) / 100) };
};

/** Runs a command with a file on its standard input by way of a pipe, and looks at the disk as it goes. */
async function attempt(command: string, input: string | null, ...args: string[]): Promise<NoRoomTry> {
  const before = room();
  let least = before.free;
  const look = setInterval(() => (least = Math.min(least, room().free)), 1);
  const source = input === null ? null : spawn('cat', [input], { stdio: ['ignore', 'pipe', 'ignore'] });
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: [source?.stdout ?? 'ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  source?.stdout?.destroy();
  source?.kill();
  clearInterval(look);
  const left = readdirSync(join(store, 'ingest'));
  return {
    command,
    code,
    stderr,
    least,
    before: before.free,
    kept: before.kept,
    gone: before.free - room().free,
    left,
  };
}

async function main(): Promise<void> {
  execFileSync(process.execPath, [cli, '--store', store, 'load', '-q', '-i', template]);
  const tries = [
    await attempt('load -', archive, '--store', store, 'load', '-q', '-i', '-'),
    await attempt('import -', rootfs, '--store', store, 'import', '-', 'made:1'),
    await attempt('import', null, '--store', store, 'import', packed, 'made:1'),
  ];
  // The store is elsewhere, the target is on the small disk.
  const roomy = join(disk, '..', 'roomy');
  execFileSync(process.execPath, [cli, '--store', roomy, 'load', '-q', '-i', archive]);
  const [target, folder] = [join(disk, 'saved.tar'), join(disk, 'saved')];
  tries.push(
    await attempt('save', null, '--store', roomy, 'save', '--compress', 'gzip', '-o', target, 'large:1'),
    await attempt(
      'save as files',
      null,
      '--store',
      roomy,
      'save',
      '--format',
      'oci-dir',
      '--compress',
      'gzip',
      '-o',
      folder,
      'large:1',
    ),
  );
  const plain = ['--store', roomy, 'save', '--format', 'oci-dir', '-o', folder, 'large:1'];
  tries.push(await attempt('save as plain files', null, ...plain));
  // Layers each of which there is room for, and of all of them there is none.
  const layout = join(disk, '..', 'layout');
  execFileSync(process.execPath, [cli, '--store', roomy, 'load', '-q', '-i', many]);
  execFileSync(process.execPath, [cli, '--store', roomy, 'load', '-q', '-i', template]);
  const asFolder = ['save', '-q', '--format', 'oci-dir', '-o'];
  execFileSync(process.execPath, [cli, '--store', roomy, ...asFolder, layout, 'many:1']);
  execFileSync(process.execPath, [cli, '--store', roomy, ...asFolder, folder, 'small:1']);
  const inAll = [
    await attempt('load layers', null, '--store', store, 'load', '-q', '-i', many),
    await attempt('load a layout', null, '--store', store, 'load', '-q', '-i', layout),
    await attempt('copy', null, '--store', store, 'copy', '-q', '--source', layout, 'many:1', 'store'),
    await attempt('save layers', null, '--store', roomy, 'save', '-q', '-o', target, 'many:1'),
    await attempt('save a layout', null, '--store', roomy, ...asFolder, join(disk, 'new'), 'many:1'),
    await attempt('add to a layout', null, '--store', roomy, ...asFolder, folder, 'many:1'),
  ];
  // Layers that are small as they are stored, and unpacked too large in all.
  execFileSync(process.execPath, [cli, '--store', store, 'load', '-q', '-i', zipped]);
  inAll.push(await attempt('mount', null, '--store', store, 'mount', 'zipped:1'));
  execFileSync(process.execPath, [cli, '--store', store, 'rmi', 'zipped:1']);
  // What lies on the disk already is not counted: members out of a pipe, layers and blobs that are there.
  execFileSync(process.execPath, [cli, '--store', roomy, 'load', '-q', '-i', most]);
  rmSync(folder, { recursive: true });
  const mostLayout = join(disk, '..', 'most layout');
  execFileSync(process.execPath, [cli, '--store', roomy, ...asFolder, mostLayout, 'most:1']);
  const once = [
    await attempt('save most', null, '--store', roomy, ...asFolder, folder, 'most:1'),
    await attempt('save most again', null, '--store', roomy, ...asFolder, folder, 'most:1'),
  ];
  rmSync(folder, { recursive: true });
  once.push(
    await attempt('load most -', most, '--store', store, 'load', '-q', '-i', '-'),
    await attempt('load most again', null, '--store', store, 'load', '-q', '-i', most),
    await attempt('load most as a layout', null, '--store', store, 'load', '-q', '-i', mostLayout),
    await attempt(
      'copy most',
      null,
      '--store',
      store,
      'copy',
      '-q',
      '--source',
      mostLayout,
      'most:1',
      'store',
    ),
  );
  process.stdout.write(JSON.stringify({ tries, inAll, once }));
}

void main();
