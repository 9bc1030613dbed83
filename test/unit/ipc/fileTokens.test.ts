import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../../../shared/image/problem';
import { FileTokens } from '../../../electron/ipc/fileTokens';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stratigraph-tokens-'));
  writeFileSync(join(folder, 'a.tar'), 'abc');
  symlinkSync('a.tar', join(folder, 'link.tar'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'none';
  } catch (thrown) {
    return problemOf(thrown).code;
  }
};

describe('file tokens', () => {
  it('gives a token, a name and a size, and keeps the path', async () => {
    const tokens = new FileTokens();
    const picked = await tokens.register(join(folder, 'a.tar'));
    expect(picked).toMatchObject({ name: 'a.tar', size: 3 });
    expect(picked.token).toMatch(/^file-[0-9a-f]{32}$/);
    expect(tokens.pathOf(picked.token)).toBe(join(folder, 'a.tar'));
  });

  it("follows the person's own symlink once and says a folder has no size", async () => {
    const tokens = new FileTokens();
    const link = await tokens.register(join(folder, 'link.tar'));
    expect(tokens.pathOf(link.token)).toBe(join(folder, 'a.tar'));
    expect((await tokens.register(folder)).size).toBeNull();
  });

  it('refuses pipes, devices, missing files, NUL in a path and tokens that it never gave', async () => {
    const tokens = new FileTokens();
    expect(await codeOf(tokens.register(join(folder, 'pipe')))).toBe('not-an-image');
    expect(await codeOf(tokens.register('/dev/zero'))).toBe('not-an-image');
    expect(await codeOf(tokens.register(join(folder, 'none')))).toBe('file-not-found');
    expect(await codeOf(tokens.register(`${folder}/a.tar\0.png`))).toBe('file-not-found');
    expect(() => tokens.pathOf(`file-${'0'.repeat(32)}`)).toThrow();
  });

  it('takes of several what can be read, in their order, and says of each of the others what is wrong with it', async () => {
    const tokens = new FileTokens();
    const names = ['pipe', 'a.tar', 'none', 'link.tar', `a.tar\0.png`];
    const { files, refused } = await tokens.registerAll(names.map((name) => join(folder, name)));
    expect(files.map(({ name }) => name)).toEqual(['a.tar', 'link.tar']);
    expect(files.map(({ token }) => tokens.pathOf(token))).toEqual([
      join(folder, 'a.tar'),
      join(folder, 'a.tar'),
    ]);
    expect(refused.map(({ code, facts }) => [code, Object.values<unknown>(facts)[0]])).toEqual([
      ['not-an-image', 'pipe'],
      ['file-not-found', 'none'],
      ['file-not-found', 'a.tar\0.png'],
    ]);
  });

  it('keeps a bounded number of tokens', () => {
    const tokens = new FileTokens();
    const first = tokens.mint('/first');
    for (let i = 0; i < 1000; i++) tokens.mint(`/${i}`);
    expect(() => tokens.pathOf(first)).toThrow();
  });
});
