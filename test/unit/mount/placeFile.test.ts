import { execFileSync } from 'node:child_process';
import { closeSync, constants, lstatSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { placeFile } from '../../../electron/mount/placeFile';
import type * as syscalls from '../../../electron/system/syscalls';
import { ProblemError } from '../../../shared/image/problem';
import { temporaryFolder } from '../../setup/temporary';

/** Putting a draft into place where the file system knows less than ours: no links, no exchange of names. */

const lacks = vi.hoisted(() => ({ links: false, exchange: false }));
vi.mock('../../../electron/system/syscalls', async (original) => {
  const real = await original<typeof syscalls>();
  const fault = (code: string): Error => Object.assign(new Error(code), { code });
  return {
    ...real,
    linkOpen: (...words: Parameters<typeof real.linkOpen>) => {
      if (lacks.links) throw fault('EPERM');
      real.linkOpen(...words);
    },
    renameOnly: (...words: Parameters<typeof real.renameOnly>) => {
      if (lacks.exchange) throw fault('EINVAL');
      real.renameOnly(...words);
    },
  };
});

const tools = { tick: (): void => undefined };
let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});

describe.each([false, true])('links are missing: %s', (noLinks) => {
  test.each([false, true])('exchange is missing: %s', (noExchange) => {
    Object.assign(lacks, { links: noLinks, exchange: noExchange });
    const write = (name: string, text: string): void => {
      const fd = openSync(folder, 0o20000000 | constants.O_DIRECTORY | constants.O_RDWR, 0o640);
      try {
        writeFileSync(fd, text);
        placeFile({ draft: `/proc/self/fd/${fd}`, folder, name, spare: '.spare.part' }, tools);
      } finally {
        closeSync(fd);
      }
    };
    write('new', 'first');
    write('new', 'second');
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('second');
    expect(lstatSync(join(folder, 'new')).mode & 0o777).toBe(0o640);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(() => write('pipe', 'x')).toThrow(ProblemError);
    expect(lstatSync(join(folder, 'pipe')).isFIFO()).toBe(true);
    writeFileSync(join(folder, 'draft'), 'named');
    placeFile({ draft: join(folder, 'draft'), folder, name: 'new', spare: '.spare.part' }, tools);
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('named');
    expect(readdirSync(folder).sort()).toEqual(['new', 'pipe']);
  });
});
