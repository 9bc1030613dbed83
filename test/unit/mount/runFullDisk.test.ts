import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lackOf } from '../../../electron/run/lackedRoom';
import { dockerArchive } from '../../setup/imageBuilder';
import { findCommand, must } from '../../setup/run';
import { commandLine } from '../electron/scripts';
import { shellImage } from '../../setup/shellImage';
import { temporaryFolder } from '../../setup/temporary';

/** A run on a disk that has room for some of what it needs, and then for nothing more. */

const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);

/**
 * Runs `exit 7` in a workspace with ever more free inodes, and prints `LEFT CODE WORDS` of each, and `kept` for what stays of a
 * run. In a mount namespace of its own, so that nothing is left mounted.
 */
const script = `
set -e
mount -t tmpfs -o size=200m,nr_inodes=900 tmpfs "$2"
sg() { "$NODE" "$CLI" --store "$DISK/store" "$@"; }
CLI=$1 DISK=$2
sg load -q -i "$3" >/dev/null; sg workspace create rig/shell:1.0 w >/dev/null; sg run w /bin/true
free() { df --output=iavail "$DISK" | tail -1 | tr -d ' '; }
mkdir "$DISK/ballast"; i=0
while [ "$(free)" -gt 0 ]; do for n in $(seq "$(free)"); do i=$((i+1)); : > "$DISK/ballast/$i"; done; done
for left in $4; do
  while [ "$(free)" -lt "$left" ]; do rm "$DISK/ballast/$i"; i=$((i-1)); done
  code=0; said=$(sg run w /bin/sh -c 'exit 7' 2>&1 | tr '\\n' '|'; exit "\${PIPESTATUS[0]}") || code=$?
  echo "$left $code $said"; ls "$DISK/store/run" | sed 's/^/kept /'
done`;

describe.runIf(process.getuid?.() === 0)('a run on a disk without free inodes', () => {
  let folder = '';
  let archive = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-full-'));
    archive = join(folder, 'shell.tar');
    await writeFile(archive, dockerArchive([shellImage()]));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(runtimes)('says that the disk is full, by %s, or runs the command', async (runtime) => {
    const disk = await temporaryFolder();
    const env = [`NODE=${process.execPath}`, `STRATIGRAPH_RUNTIME=${runtime}`];
    const shell = ['bash', '-c', script, 'bash', commandLine];
    const words = ['-m', 'env', ...env, ...shell, disk, archive, '9 12 17 60'];
    const lines = (await must('unshare', words)).replace(/\n$/, '').split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['9', '12', '17', '60']);
    // With room enough: what this machine cannot hold a command to is said then, too.
    const usual = lines.at(-1)?.replace(/^60 /, '') ?? '';
    expect(usual).toMatch(/^7 /);
    for (const line of lines.map((each) => each.replace(/^\d+ /, '')))
      if (line !== usual) expect(line).toMatch(/^125 (?:.*\|)?stratigraph: The disk is full: .*\|$/);
    expect(lines[0]).toContain(' 125 ');
  });
});

test('what a runtime lacked is told from what a cgroup refuses, and from other faults', () => {
  const lack = (said: string): string | null => lackOf(said, '/s/run')?.problem.code ?? null;
  const log = 'time="2026-01-01T00:00:00Z" level=error msg="open /s/run/x/log: ';
  expect(lack(`${log}no space left on device"`)).toBe('disk-full');
  expect(lack('crun: mkdir `/s/run/x/proc`: Disk quota exceeded')).toBe('disk-full');
  expect(lack('fork/exec /proc/self/exe: resource temporarily unavailable')).toBe('system-short');
  expect(lack('crun: clone: Cannot allocate memory')).toBe('system-short');
  expect(lack('write /sys/fs/cgroup/cpuset/x/cgroup.procs: no space left on device')).toBeNull();
  expect(lack('exec: "/no-such-program": stat /no-such-program: no such file or directory')).toBeNull();
  expect(lack('')).toBeNull();
});
