import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

// Runs commands whose output is longer than a small disk, without their being able to know it, and prints what they did as JSON;
// see noRoom.test.ts. It is started in a mount namespace of its own.

/** One command on the small disk. */
export interface NoRoomTry {
  readonly command: string;
  readonly code: number | null;
  readonly stderr: string;
  /** The least that was seen free while it ran, and what is kept free; bytes. */
  readonly least: number;
  readonly kept: number;
  /** Bytes that are gone after it. */
  readonly gone: number;
  /** Files in the store's folder of work. */
  readonly left: readonly string[];
}

const [cli = '', disk = '', template = '', archive = '', rootfs = '', packed = ''] = process.argv.slice(2);
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
  return { command, code, stderr, least, kept: before.kept, gone: before.free - room().free, left };
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
  process.stdout.write(JSON.stringify(tries));
}

void main();
