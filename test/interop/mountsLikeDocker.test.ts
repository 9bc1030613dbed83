import { spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { planRun } from '../../electron/actions/runs/runImage';
import { resolveImage } from '../../electron/actions/images/resolveImage';
import { fileVariables } from '../../electron/cli/envFile';
import { mountWishes } from '../../electron/cli/mountWords';
import { UsageFault } from '../../electron/cli/parser';
import { problemOf } from '../../shared/image/problem';
import { dockerEngineObstacle } from '../setup/dockerEngine';
import { findCommand } from '../setup/run';
import { shellImage } from '../setup/shellImage';
import { openBesideDocker, type BesideDocker } from './besideDocker';
import { seeded } from '../setup/randomLayers';
import { peerSuite } from './peers';

/** What a command sees of this machine under the same words, by our `run` and by a real engine. */

const image = 'rig/shell:1.0';
const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);
const quiet = { signal: new AbortController().signal, report: () => undefined };

/** A case: words of `docker run` with `SRC` for a folder, and what to ask; what is answered otherwise here, and why. */
interface Case {
  readonly words: readonly string[];
  readonly ask?: string;
  /** Why the engine starts it and we do not, or the other way round. */
  readonly refused?: string;
}

const list =
  'cd /data && ls -A; cat /data/file 2>/dev/null; (echo x > /data/in) 2>/dev/null && echo wrote && rm /data/in';
const cases: readonly Case[] = [
  { words: ['-v', 'SRC:/data'] },
  { words: ['-v', 'SRC:/data:ro,z'] },
  { words: ['-v', 'SRC/link:/data/'] },
  { words: ['-v', 'SRC/file:/data/file'] },
  { words: ['-v', 'SRC:/up/../data'] },
  { words: ['-v', 'SRC:/up'], ask: 'ls /up; ls /canary' },
  { words: ['-v', 'SRC/sub:/data/made/deep', '-v', 'SRC:/data', '--tmpfs', '/data/sub'] },
  {
    words: ['--tmpfs', '/data', '-v', 'SRC/file:/data/q/f'],
    ask: 'cat /data/q/f; ls -ld /data /data/q | head -c 10',
  },
  {
    words: ['--tmpfs', '/closed', '--tmpfs', '/data', '--tmpfs', '/more:exec,size=64k'],
    ask: 'ls -ld /closed /data | cut -c1-10; grep -E " /(closed|data|more) " /proc/mounts | sort',
  },
  { words: ['--mount', 'type=bind,"source=SRC",target=/data,readonly'] },
  { words: ['--mount', 'type=tmpfs,dst=/data,tmpfs-size=64k'], ask: 'grep " /data " /proc/mounts' },
  {
    words: ['--read-only', '-v', 'SRC:/new/data', '--tmpfs', '/mem'],
    ask: 'for d in / /tmp /new /new/data /mem /dev/shm; do (echo > $d/x) 2>/dev/null && echo $d; done; rm -f /new/data/x',
  },
  { words: ['-w', '/data/sub', '-v', 'SRC:/data'], ask: 'pwd' },
  { words: ['-v', 'SRC:/proc'] },
  { words: ['-v', 'SRC:/toproc/x'] },
  { words: ['-v', 'SRC:/sys/x'] },
  { words: ['-v', 'SRC:/dev/x'], refused: 'nothing is mounted in /dev' },
  { words: ['-v', 'SRC:/'] },
  { words: ['-v', 'SRC:data'] },
  { words: ['-v', 'SRC:/etc/passwd'] },
  { words: ['-v', 'SRC/file:/tmp'] },
  { words: ['-v', 'SRC:/data', '-v', 'SRC/sub:/data'] },
  { words: ['-v', 'SRC:/data', '-v', 'SRC/sub:/todata'], refused: 'a link leads to the place of another' },
  { words: ['-v', 'SRC:/data:ro', '-v', 'SRC/sub:/data/none'] },
  { words: ['-v', 'SRC:/data:ro,rw'] },
  { words: ['-v', 'SRC:/data:bogus'] },
  { words: ['-v', 'SRC:/data:rshared'] },
  { words: ['-v', 'SRC/sub/none:/data'], refused: 'a missing source is not made' },
  { words: ['-v', 'a/b:/data'] },
  { words: ['-v', 'named:/data'], refused: 'there are no volumes' },
  { words: ['--mount', 'type=bind,src=SRC/none,dst=/data'] },
  { words: ['--mount', 'type=bind,src=SRC,dst=/data,foo=1'] },
  { words: ['--tmpfs', '/data:bogus'] },
];

/** Variables with the last of each name, sorted. */
const lastOf = (entries: readonly string[]): string =>
  [...new Map(entries.map((entry) => [entry.split('=')[0], entry])).values()].sort().join('\n');

peerSuite(
  'mounts for a command that we run and for one that docker runs',
  ['docker'],
  () => {
    let beside: BesideDocker;
    const named = process.env['STRATIGRAPH_RUNTIME'];

    beforeAll(async () => {
      const whole = shellImage(image);
      const link = { type: 'symlink', mode: 0o777 } as const;
      const files = [
        { ...link, path: 'up', linkTarget: '../../../canary' },
        { ...link, path: 'toproc', linkTarget: '/proc' },
        { ...link, path: 'todata', linkTarget: 'data' },
        { path: 'data', type: 'directory', mode: 0o755 } as const,
        { path: 'closed', type: 'directory', mode: 0o700 } as const,
        { ...link, path: 'bin/cut', linkTarget: 'busybox' },
        { ...link, path: 'bin/sort', linkTarget: 'busybox' },
      ];
      beside = await openBesideDocker([{ ...whole, layers: [...whole.layers, { files }] }]);
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      if (named !== undefined) process.env['STRATIGRAPH_RUNTIME'] = named;
      await (beside as BesideDocker | undefined)?.close();
    });

    async function source(name: string): Promise<string> {
      const folder = beside.bench.path(name);
      await mkdir(join(folder, 'sub'), { recursive: true });
      await writeFile(join(folder, 'file'), 'of this machine\n');
      await symlink('.', join(folder, 'link'));
      return folder;
    }

    /** What our `run` prints under these words, or `refused`. */
    async function ours(words: readonly string[], ask: string): Promise<string> {
      const values = new Map<string, string[]>();
      const names: Readonly<Record<string, string>> = {
        '-v': 'volume',
        '--mount': 'mount',
        '--tmpfs': 'tmpfs',
      };
      let workingDir: string | null = null;
      words.forEach((word, i) => {
        const name = names[word];
        if (name !== undefined) values.set(name, [...(values.get(name) ?? []), words[i + 1] ?? '']);
        if (word === '-w') workingDir = words[i + 1] ?? null;
      });
      try {
        const { id } = resolveImage((await beside.store.view()).graph, image).image;
        const rest = {
          entrypoint: null,
          env: [],
          user: null,
          terminal: false,
          network: false,
          processes: null,
        };
        const more = { mounts: mountWishes(values), workingDir, readOnly: words.includes('--read-only') };
        const command = ['/bin/sh', '-c', ask];
        const plan = await planRun(beside.store.context, { image: id }, { ...rest, ...more, command }, quiet);
        try {
          const [program = '', ...args] = plan.command;
          const child = spawn(program, args, { env: { ...plan.env }, stdio: ['ignore', 'pipe', 'pipe'] });
          let out = '';
          child.stdout.on('data', (text: Buffer) => (out += text.toString()));
          const code = await new Promise<number>((resolve) =>
            child.on('close', (ended) => resolve(ended ?? 137)),
          );
          await plan.startFailure(code);
          return out;
        } finally {
          await plan.finish();
        }
      } catch (thrown) {
        if (thrown instanceof UsageFault) return 'refused';
        const { code } = problemOf(thrown);
        return code === 'bind-refused' || code === 'run-refused' ? 'refused' : code;
      }
    }

    test('are the same, but for those with a reason', async () => {
      const told: string[] = [];
      for (const [i, { words, ask = list, refused }] of cases.entries()) {
        const at = (folder: string): readonly string[] => words.map((word) => word.replaceAll('SRC', folder));
        const there = await source(`there-${i}`);
        const start = ['run', '--rm', '--network', 'none', ...at(there), image, '/bin/sh', '-c', ask];
        const { code, stdout } = await beside.engine.tryDocker(start);
        const theirs = code === 125 || code === 127 ? 'refused' : stdout;
        for (const runtime of runtimes) {
          vi.stubEnv('STRATIGRAPH_RUNTIME', runtime);
          const own = await ours(at(await source(`here-${i}-${runtime.replaceAll('/', '-')}`)), ask);
          const expected = refused === undefined ? theirs : 'refused';
          // The mode of a folder in memory is an option here, and set by the runtime there.
          if (own.replace(/,mode=\d+/g, '') !== expected)
            told.push(`${words.join(' ')}: ${expected} there, ${own} here`);
          if (refused !== undefined && theirs === 'refused')
            told.push(`${words.join(' ')}: refused there, too`);
        }
      }
      expect(told).toEqual([]);
    });

    test('files with variables, of random lines, are read the same', async () => {
      const next = seeded(20);
      const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
      const pieces = [
        'A',
        'B_1',
        '1x',
        'c.d',
        '=',
        '=',
        ' ',
        '\t',
        '#',
        '"',
        "'",
        'OWN',
        'NONE',
        '\r',
        '$A',
        '\\',
        'é',
        '\u00a0',
        '\u2003',
      ];
      const file = beside.bench.path('vars');
      const own = { OWN: 'of mine' };
      let read = 0;
      for (let round = 0; round < 24; round++) {
        // The first line is of a kind that is never refused, so that most files are read.
        const line = (): string =>
          next(100) < 75
            ? `${pick(['', ' ', '\t'])}${pick(['A', 'B_1', 'c.d'])}=${Array.from({ length: 3 }, () => pick(pieces)).join('')}`
            : Array.from({ length: 1 + next(3) }, () => pick(pieces)).join('');
        const text = Array.from({ length: 2 + next(2) }, line).join(pick(['\n', '\r\n']));
        await writeFile(file, text);
        let ours = 'refused';
        try {
          ours = lastOf(fileVariables(Buffer.from(text), file, own));
        } catch (thrown) {
          if (!(thrown instanceof UsageFault)) throw thrown;
        }
        // What the client made of the file is in the container's config; it is not started.
        const env = { ...own, NONE: undefined };
        const made = await beside.engine.tryDocker(['create', '--env-file', file, image], { env });
        let theirs = 'refused';
        if (made.code === 0) {
          const words = ['inspect', '-f', '{{json .Config.Env}}', made.stdout.trim()];
          const whole = JSON.parse(await beside.engine.docker(words)) as string[];
          // The image's own are there, too.
          theirs = lastOf(whole.filter((entry) => !/^(?:PATH|GREETING)=/.test(entry)));
          read++;
        }
        expect(ours, JSON.stringify(text)).toBe(theirs);
      }
      expect(read).toBeGreaterThan(8);
    });
  },
  dockerEngineObstacle(),
);
