import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileVariables } from '../../../electron/cli/envFile';
import { parseMount, parseTmpfs, parseVolume } from '../../../electron/cli/mountWords';
import { UsageFault } from '../../../electron/cli/parser';
import { translator } from '../../../shared/text/catalogue';
import { must, run } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';
import { fails, makeStore, place, root, useCommandLine } from './cliTools';

/** Docker's words of `run` for what a command sees of this machine, and files with variables. */

useCommandLine();

/** What a fault says, in English. */
function faultOf(work: () => unknown): string {
  try {
    return `none: ${JSON.stringify(work())}`;
  } catch (thrown) {
    if (thrown instanceof UsageFault) return thrown.say(translator('en'));
    throw thrown;
  }
}

const bind = { kind: 'bind', flags: [], recursive: true };

describe('--volume', () => {
  test('names a file or folder of this machine, a target and options', () => {
    expect(parseVolume('/src:/data')).toEqual({ ...bind, source: '/src', target: '/data' });
    expect(parseVolume('.:/data/')).toEqual({ ...bind, source: '.', target: '/data' });
    expect(parseVolume('../a b:/a/../data//x')).toEqual({ ...bind, source: '../a b', target: '/data/x' });
    expect(parseVolume('./a:/d:ro,Z,noexec,rprivate,cached')).toMatchObject({ flags: ['ro', 'noexec'] });
    expect(parseVolume('./a:/d:rw,bind,nosuid')).toMatchObject({ flags: ['nosuid'], recursive: false });
  });

  test.each([
    ['data:/d', /no volumes here, so data:\/d needs a file or folder.* \.\/web/],
    ['src/sub:/d', /no volumes here/],
    ['/d', /no volumes here/],
    ['~/x:/d', /no volumes here/],
    ['', /takes SOURCE:TARGET/],
    [':/d', /takes SOURCE:TARGET/],
    ['/a:', /takes SOURCE:TARGET/],
    ['/a:/d:', /takes SOURCE:TARGET/],
    ['/a:/d:ro:z', /goes into --mount/],
    ['/a:d', /absolute path other than \//],
    ['/a:/', /absolute path other than \//],
    ['/a:/x/..', /absolute path other than \//],
    ['/a:/d:ro,rw', /ro and rw exclude/],
    ['/a:/d:ro,', /empty option/],
    ['/a:/d:U', /option U/],
    ['/a:/d:dev', /option dev/],
    ['/a:/d:nocopy', /option nocopy/],
    ['/a:/d:rshared', /rshared cannot be had/],
    ['/a:/d:slave', /slave cannot be had/],
  ])('%j is a fault', (word, sentence) => {
    expect(faultOf(() => parseVolume(word))).toMatch(sentence);
  });
});

describe('--mount and --tmpfs', () => {
  test('say the same with fields, quotes among them', () => {
    const data = { ...bind, source: '/src', target: '/data' };
    for (const word of [
      'type=bind,source=/src,target=/data',
      'TYPE=Bind,src=/src,dst=/data',
      'type=bind,src=/src,destination=/data,readonly=false,consistency=cached,bind-propagation=rprivate',
      '"type=bind","source=/src",target=/data,ro=0',
    ])
      expect(parseMount(word)).toEqual(data);
    expect(parseMount('type=bind,src=./a,dst=/d,ro')).toMatchObject({ source: './a', flags: ['ro'] });
    expect(parseMount('type=bind,"src=/a,""b"":c",dst=/d,bind-nonrecursive')).toMatchObject({
      source: '/a,"b":c',
      recursive: false,
    });
    expect(parseMount('type=bind,src=/a,dst=/d,readonly=true,bind-recursive=disabled')).toMatchObject({
      flags: ['ro'],
      recursive: false,
    });
    const memory = { kind: 'tmpfs', target: '/m', flags: ['nosuid', 'noexec'], options: [] };
    expect(parseMount('type=tmpfs,dst=/m')).toEqual(memory);
    expect(parseMount('type=tmpfs,dst=/m,tmpfs-size=1.5m,tmpfs-mode=0700,ro')).toEqual({
      ...memory,
      flags: ['nosuid', 'noexec', 'ro'],
      options: ['size=1572864', 'mode=0700'],
    });
    expect(parseTmpfs('/m')).toEqual(memory);
    expect(parseTmpfs('/m:')).toEqual(memory);
    expect(parseTmpfs('/m:rw,exec,suid,size=50%,mode=1777,uid=5,noatime')).toEqual({
      ...memory,
      flags: [],
      options: ['size=50%', 'mode=1777', 'uid=5', 'noatime'],
    });
  });

  test.each([
    ['type=bind,src=/a', /absolute path other than \/, not nothing/],
    ['type=bind,dst=/d', /--mount takes/],
    ['dst=/d', /not volume: there are no volumes/],
    ['type=image,src=a,dst=/d', /not image/],
    ['', /--mount takes/],
    ['type=bind,src=/a,"dst=/d', /--mount takes/],
    ['type=bind,src=/a,dst=/d,foo', /not foo/],
    ['type=bind,src=/a,dst=/d,foo=x', /option foo/],
    ['type=bind,src=/a,dst=/d,tmpfs-size=1', /option tmpfs-size/],
    ['type=bind,src=/a,dst=/d,volume-nocopy=1', /option volume-nocopy/],
    ['type=tmpfs,src=/a,dst=/d', /option source/],
    ['type=bind,src=/a,dst=/d,ro=x', /x is no value of readonly/],
    ['type=bind,src=/a,dst=/d,bind-propagation=rslave', /rslave cannot be had/],
    ['type=bind,src=/a,dst=/d,bind-recursive=writable', /writable is no value/],
    ['type=tmpfs,dst=/d,tmpfs-size=x', /x is no value of tmpfs-size/],
    ['type=tmpfs,dst=/d,tmpfs-mode=9', /9 is no value of mode/],
    ['type=bind, src=/a,dst=/d', /option {2}src/],
  ])('--mount %j is a fault', (word, sentence) => {
    expect(faultOf(() => parseMount(word))).toMatch(sentence);
  });

  test.each([
    ['', /absolute path/],
    ['m', /absolute path/],
    ['/', /absolute path/],
    ['/m:size=x', /x is no value of size/],
    ['/m:dev', /option dev/],
    ['/m:size=1,huge=always', /option huge=always/],
    ['/m:rshared', /rshared cannot be had/],
    ['/m:bind', /option bind/],
    ['/m:ro,rw', /ro and rw exclude/],
    ['/m:mode=1,x\0y', /option/],
  ])('--tmpfs %j is a fault', (word, sentence) => {
    expect(faultOf(() => parseTmpfs(word))).toMatch(sentence);
  });
});

describe('--env-file', () => {
  const own = { A: 'own', EMPTY: '' };
  const read = (text: string | Uint8Array): readonly string[] => fileVariables(Buffer.from(text), 'f', own);

  test('is read as Docker reads it', () => {
    expect(read('A=1\n# c\n  B=2  \n\tC= "q"\n\nD=\n #x=1')).toEqual(['A=1', 'B=2  ', 'C= "q"', 'D=']);
    expect(read('A\nMISSING\nEMPTY\nZ=#x\nX=a=b')).toEqual(['A=own', 'EMPTY=', 'Z=#x', 'X=a=b']);
    expect(read('\ufeffA=1\r\n1x.y-z=2\r\n\u00a0E=\u00e9\u00a0')).toEqual([
      'A=1',
      '1x.y-z=2',
      'E=\u00e9\u00a0',
    ]);
    expect(read('')).toEqual([]);
    expect(read('A=1\r')).toEqual(['A=1']);
  });

  test.each<[string | Uint8Array, RegExp]>([
    ['X=1\nA =1', /^line 2 of f has a blank/],
    ['export A=1', /has a blank/],
    ['A ', /has a blank/],
    ['=x', /no name before/],
    ['A=\0', /zero byte/],
    [Buffer.from('A=\xff', 'latin1'), /no text in UTF-8/],
    [`A=${'x'.repeat(70_000)}`, /longer than 65,535/],
  ])('%j is a fault', (text, sentence) => {
    expect(faultOf(() => read(text))).toMatch(sentence);
  });

  test('says and does nothing to the program itself, wherever Node looks for such a file', async () => {
    await makeStore();
    const folder = await temporaryFolder();
    const [file, evil, link] = ['vars', 'evil.cjs', 'stratigraph'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(evil, 'console.log("EVIL")');
    const lines = ['LC_ALL=zh_CN.UTF-8', 'STRATIGRAPH_STORE=/evil', `NODE_OPTIONS=--require=${evil}`];
    await writeFile(file, lines.join('\n'));
    const program = join(root, 'scripts', 'stratigraph');
    await symlink(program, link);
    await chmod(program, 0o755);
    const env = {
      LC_ALL: undefined,
      LANG: undefined,
      STRATIGRAPH_STORE: place.store,
      STRATIGRAPH_WORKER: undefined,
    };
    const started = await run(link, ['run', '--env-file', file, 'no-such-image'], { env });
    expect([started.code, started.stdout]).toEqual([125, '']);
    expect(started.stderr).toMatch(/^stratigraph: [A-Z][^\n]*no-such-image[^\n]*\n$/);
    const missing = await run(link, ['run', '--env-file', join(folder, 'none'), 'x'], { env });
    expect([missing.code, missing.stderr]).toEqual([
      125,
      expect.stringMatching(/^stratigraph: There is no file .*none: /),
    ]);
    // With Node alone the file is read into the environment before we are, and taken out of it again.
    await writeFile(file, lines.slice(0, 2).join('\n'));
    const script = join(root, 'scripts', 'stratigraph.mjs');
    const plain = { ...env, STRATIGRAPH_STORE: undefined, XDG_DATA_HOME: join(folder, 'data') };
    const told = await run(process.execPath, [script, 'run', '--env-file', file, 'no-such-image'], {
      env: plain,
    });
    expect(told.stderr).toMatch(/^stratigraph: [A-Z][^\n]*no-such-image[^\n]*\n$/);
  });
});

test('names and host names are what Docker takes', async () => {
  await makeStore();
  for (const [option, word] of [
    ['--name', 'a'],
    ['--name', '-ab'],
    ['--name', '/'],
    ['--name', 'a b'],
    ['--hostname', 'x'.repeat(65)],
    ['-h', '\u00e9'.repeat(33)],
    ['-w', 'rel'],
    ['--workdir', './rel'],
  ] as const)
    await fails(2, 'run', option, word, 'x');
  await fails(125, 'run', '--name', '/web_1.a-b', '-h', 'a.b', '-w', '/', 'no-such-image');
  await fails(125, 'run', '-w', '', 'no-such-image');
  expect(await must('sh', ['-n', join(root, 'scripts', 'stratigraph')])).toBe('');
});
