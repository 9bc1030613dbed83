import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idRows, idsFromZero, isMachines, outsideId } from '../../../electron/namespace/idMap';
import { identityMap } from '../../../electron/namespace/wholeRange';
import { dockerArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import { must, run, type RunResult } from '../../setup/run';

/** In a user namespace that has a range of IDs owners are what they are, and nothing is mounted twice from two of them. */

const map = idRows('         0       1000          1\n         1     100000      65535\n');

test('a map of all IDs has a row for each of the parent’s', () => {
  expect(identityMap(map)).toBe('0 0 1\n1 1 65535\n');
  expect([0, 1, 65535, 65536].map((id) => outsideId(map, id))).toEqual([1000, 100000, 165534, null]);
  expect(idsFromZero(map)).toBe(65536);
  expect(idsFromZero(idRows('1 5 7\n'))).toBe(0);
  expect([idRows('0 0 4294967295\n'), map, idRows('')].map(isMachines)).toEqual([true, false, false]);
});

const inNamespace = ['unshare', '--user', '--map-root-user', '--map-auto', '--mount'];

describe.runIf(process.geteuid?.() === 0)('an ordinary user in a namespace with a range', () => {
  let user: OrdinaryUser;
  let [home, archive] = ['', ''];
  beforeAll(async () => {
    user = await makeOrdinaryUser();
    // A folder of root's on the way would be anybody's there.
    home = await mkdtemp(join(tmpdir(), 'stratigraph-range-'));
    archive = join(home, 'own.tar');
    const files = ['a', 'b', 'c'].map((path) => ({ path, content: path, uid: 1000, gid: 1001 }));
    await writeFile(archive, dockerArchive([{ names: ['own:1'], layers: [{ files }] }]));
    await must('chown', ['-R', user.name, home]);
  }, 120_000);
  afterAll(async () => {
    await user.remove();
    await rm(home, { recursive: true, force: true });
  });

  /** Shell lines in which `sg` is the command line. */
  const lines = (before: readonly string[], script: string): Promise<RunResult> => {
    const sg = `sg() { '${user.node}' '${user.cli}' --store '${home}/store' "$@"; }`;
    const [command = '', ...words] = [...user.as, `HOME=${home}`, ...before, 'sh', '-c', `${sg}\n${script}`];
    const env = {
      HOME: home,
      XDG_DATA_HOME: '',
      XDG_CACHE_HOME: '',
      XDG_STATE_HOME: '',
      STRATIGRAPH_OVERLAY: undefined,
    };
    return run(command, words, {
      cwd: '/',
      env: { ...env, STRATIGRAPH_WORKER: undefined, STRATIGRAPH_HELPER: undefined },
    });
  };

  test('owners are as in the image, and a commit keeps them', async () => {
    const { code, stdout, stderr } = await lines(
      inNamespace,
      `set -e
       sg load -qi '${archive}' >/dev/null
       sg workspace create own:1 w >/dev/null
       cd "$(sg workspace path w)"
       stat -c '%n %u:%g' a
       chown 7:8 a
       mv b moved
       rm c
       echo new > c
       cd /
       sg commit w own:2 >/dev/null
       sg ls -l own:2 | awk '{ print $NF, $2 }'
       sg workspace rm w >/dev/null`,
    );
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(['a 1000:1001', 'a 7:8', 'c 0:0', 'moved 1000:1001']);
  });

  test('what one namespace has mounted another one does not mount a second time', async () => {
    const first = await lines(
      inNamespace,
      `set -e
       sg load -qi '${archive}' >/dev/null
       sg workspace create own:1 twice >/dev/null
       sg workspace path twice`,
    );
    expect(first.code, first.stderr).toBe(0);
    const pid = /^\/proc\/(\d+)\//.exec(first.stdout)?.[1] ?? '';
    for (const command of ['workspace path twice', 'mount own:1', 'commit twice own:3']) {
      const second = await lines(inNamespace, `sg ${command}`);
      expect(second.code, command).toBe(1);
      expect(second.stderr).toContain(`end what holds it (process ${pid})`);
    }
    const listed = await lines(inNamespace, `sg workspace ls --json && sg images -q`);
    expect(listed.code, listed.stderr).toBe(0);
    expect(listed.stdout).toMatch(/"mounted": ?true/);
    process.kill(Number(pid));
    const third = await lines(inNamespace, `sg workspace path twice && sg workspace umount twice`);
    expect(third.code, third.stderr).toBe(0);
  });

  test('a range that is missing is no reason to install what is there', async () => {
    const { code, stderr } = await lines(
      ['unshare', '-r'],
      `sg load -qi '${archive}' >/dev/null && export STRATIGRAPH_OVERLAY=mapped && sg mount own:1`,
    );
    expect(code).toBe(1);
    expect(stderr).not.toContain('apt-get');
    expect(stderr).toContain('usermod --add-subuids');
  });

  test('a command whose output nobody takes was started', async () => {
    const { code, stderr } = await lines(
      inNamespace,
      `sg load -qi '${archive}' >/dev/null
       sg workspace create own:1 full >/dev/null
       cp "$(command -v busybox)" "$(sg workspace path full)/sh"
       sg run full /sh -c 'echo text' > /dev/full`,
    );
    expect(code, stderr).toBe(1);
  });
});
