import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { planRun } from '../../electron/actions/runs/runImage';
import { resolveImage } from '../../electron/actions/images/resolveImage';
import { problemOf } from '../../shared/image/problem';
import { dockerEngineObstacle } from '../setup/dockerEngine';
import { findCommand, type RunResult } from '../setup/run';
import { openBesideDocker, type BesideDocker } from './besideDocker';
import { callProgram, perlImage, verdictsOf } from './callsOfRuns';
import { commandFile, peerSuite } from './peers';

/** One and the same program under our `run` and under a real engine: which system calls it gets, and who it is. */

const image = 'rig/perl:1';
const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);
const quiet = { signal: new AbortController().signal, report: () => undefined };

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

/** Calls that may be answered otherwise than by the engine: by number or label, the engine's answer and ours, and why. */
const differences: readonly {
  readonly why: string;
  readonly calls: readonly string[];
  readonly docker: RegExp;
  readonly ours: RegExp;
}[] = [
  {
    why: 'what no kernel has, or nothing needs, is not there: programs fall back to what they did before it',
    calls: [
      '135',
      'personality no randomized addresses',
      '156',
      '174',
      ...range(181, 185),
      '236',
      ...range(337, 423),
    ],
    docker: /^errno 1$/,
    ours: /^errno 38$/,
  },
  {
    why: 'pkey_mprotect, pkey_alloc, pkey_free: newer engines allow them',
    calls: range(329, 331),
    docker: /^errno 1$/,
    ours: /^errno 22$/,
  },
  {
    why: 'io_uring: refused by newer engines',
    calls: [...range(425, 427), 'io_uring_setup'],
    docker: /^errno (?:0|14|22)$/,
    ours: /^errno 1$/,
  },
  {
    why: 'sockets to the hypervisor: refused by newer engines',
    calls: [
      'socket vsock',
      'socket vsock, with a bit that is none',
      'socket vsock, with all bits that are none',
    ],
    docker: /^errno 0$/,
    ours: /^errno 1$/,
  },
  {
    why: 'set_mempolicy_home_node: refused as set_mempolicy is',
    calls: ['450'],
    docker: /^errno 38$/,
    ours: /^errno 1$/,
  },
  {
    why: 'cachestat, fchmodat2, futex_wake, futex_wait, futex_requeue: newer engines allow them',
    calls: ['451', '452', ...range(454, 456)],
    docker: /^errno 38$/,
    ours: /^errno (?:9|22)$/,
  },
  {
    why: 'no CAP_MKNOD where no cgroup holds rules for devices',
    calls: ['mknod a device'],
    docker: /^errno 0$/,
    ours: /^errno 1$/,
  },
];

/** The same of users: what docker gives, and what we do. */
const otherUsers: Readonly<Record<string, readonly [string, string]>> = {
  // The engine of 20.10 takes on the group of that name, too.
  'app:60': ['Groups: 61', 'Groups: 60'],
  // Where the files say nothing, newer engines, too, say `/`.
  nohome: ['HOME=', 'HOME=/'],
  '1001': ['HOME=', 'HOME=/'],
  short: ['HOME=', 'HOME=/'],
  // Two rows with one ID: the home is that of the name.
  other: ['HOME=/first', 'HOME=/other'],
};

const passwd = `root:x:0:0:root:/root:/bin/sh
app:x:1000:1000::/srv:/bin/sh
nohome:x:1001:1001:::/bin/sh
2000:x:1002:1002::/tmp:/bin/sh
twice:x:1003:1003::/first:/bin/sh
twice:x:1004:1004::/second:/bin/sh
other:x:1003:50::/other:/bin/sh
short:x:1005
+::::::
`;
const group =
  'root:x:0:app\napp:x:1000:\nstaff:x:50:app,twice\n60:x:61:app\nstaff2:x:62:app,other\nshort:x\n';

/** Users as an image or a person names them. */
const users = [
  '',
  '0',
  'root',
  'app',
  '1000',
  'app:staff',
  'app:50',
  'app:60',
  'app:4000',
  'app:nobody',
  'nohome',
  '1001',
  '2000',
  '3000',
  '3000:3001',
  '1003',
  'twice',
  'other',
  '1004:staff',
  'short',
  ':staff',
  'app:',
  'missing',
  '007',
  '-1',
  '2147483647',
  '4294967295',
  ' ',
];

const whoami = 'grep -E "^(Uid|Gid|Groups):" /proc/self/status; echo "HOME=$HOME"';

peerSuite(
  'a command that we run and one that docker runs',
  ['perl'],
  () => {
    let beside: BesideDocker;
    const named = process.env['STRATIGRAPH_RUNTIME'];

    beforeAll(async () => {
      const whole = perlImage(image, commandFile('perl'));
      const files = [
        { path: 'etc/passwd', content: passwd },
        { path: 'etc/group', content: group },
      ];
      beside = await openBesideDocker([{ ...whole, layers: [...whole.layers, { files }] }]);
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      if (named !== undefined) process.env['STRATIGRAPH_RUNTIME'] = named;
      await (beside as BesideDocker | undefined)?.close();
    });

    async function ours(user: string | null, command: readonly string[]): Promise<string> {
      const { id } = resolveImage((await beside.store.view()).graph, image).image;
      const rest = {
        entrypoint: null,
        env: [],
        workingDir: '/tmp',
        terminal: false,
        network: false,
        processes: null,
      };
      const plan = await planRun(beside.store.context, { image: id }, { ...rest, user, command }, quiet);
      try {
        const [program = '', ...words] = plan.command;
        const child = spawn(program, words, { env: { ...plan.env }, stdio: ['ignore', 'pipe', 'pipe'] });
        let out = '';
        child.stdout.on('data', (text: Buffer) => (out += text.toString()));
        child.stderr.on('data', (text: Buffer) => (out += text.toString()));
        await new Promise((resolve) => child.on('close', resolve));
        return out;
      } finally {
        await plan.finish();
      }
    }
    const theirs = (user: string | null, command: readonly string[]): Promise<RunResult> =>
      beside.engine.tryDocker([
        ...['run', '--rm', '--network', 'none', '--workdir', '/tmp'],
        ...(user === null ? [] : ['--user', user]),
        image,
        ...command,
      ]);

    describe('system calls', () => {
      let expected: ReadonlyMap<string, string>;
      beforeAll(async () => {
        expected = verdictsOf((await theirs(null, ['perl', '-e', callProgram])).stdout);
      });

      test.each(runtimes)('by %s are answered the same, but for those with a reason', async (runtime) => {
        vi.stubEnv('STRATIGRAPH_RUNTIME', runtime);
        const found = verdictsOf(await ours(null, ['perl', '-e', callProgram]));
        expect([...found.keys()]).toEqual([...expected.keys()]);
        const other = [...found].filter(([call, verdict]) => expected.get(call) !== verdict);
        const unexplained = other.filter(([call, verdict]) => {
          const known = differences.find(({ calls }) => calls.includes(call));
          return !known?.docker.test(expected.get(call) ?? '') || !known.ours.test(verdict);
        });
        const told = unexplained.map(
          ([call, verdict]) => `${call}: ${expected.get(call)} there, ${verdict} here`,
        );
        expect(told).toEqual([]);
        expect(found.size).toBeGreaterThan(500);
      });
    });

    test('an ordinary user listens on any port and sends pings in a network of its own', async () => {
      const program = `socket(my $s, 2, 1, 0);
        print bind($s, pack("Sna4x8", 2, 80, "\\x7f\\0\\0\\1")) ? "listens\\n" : "$!\\n";
        print socket(my $p, 2, 2, 1) ? "pings\\n" : "$!\\n";`;
      const { stdout } = await theirs('app', ['perl', '-e', program]);
      for (const runtime of runtimes) {
        vi.stubEnv('STRATIGRAPH_RUNTIME', runtime);
        expect(await ours('app', ['perl', '-e', program])).toBe(stdout);
        expect(stdout).toBe('listens\npings\n');
      }
    });

    test('users, groups and homes are the same', async () => {
      // In one container: the engine reads the files for each user that it lets in.
      const words = ['run', '-d', '--network', 'none', image, 'sleep', '600'];
      const container = (await beside.engine.docker(words)).trim();
      const ask = ['sh', '-c', whoami];
      const found = [];
      const expected = [];
      for (const user of users) {
        const as = user === '' ? [] : ['--user', user];
        const [there, own] = await Promise.all([
          beside.engine.tryDocker(['exec', ...as, container, ...ask]).then(({ stdout }) => said(stdout)),
          ours(user, ask).catch((thrown: unknown) => problemOf(thrown).code),
        ]);
        const [from, to] = otherUsers[user] ?? ['', ''];
        expected.push(`${user}: ${there.endsWith(from) ? there.replace(from, to) : there}`);
        found.push(`${user}: ${said(own)}`);
      }
      await beside.engine.docker(['rm', '-f', container]);
      expect(found).toEqual(expected);
    });
  },
  dockerEngineObstacle() ?? (process.arch === 'x64' ? null : 'the calls are those of x86-64'),
);

/** What a command said of who it is, in one line; `none` where it was not started. */
function said(out: string): string {
  return out.startsWith('Uid') ? out.trim().split(/\s+/).join(' ') : 'none';
}
