import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorMap, getSystemErrorName } from 'node:util';
import { describe, expect, test } from 'vitest';
import { storeProblem } from '../../../electron/store/durable';
import { diskProblem } from '../../../electron/worker/jobTools';
import { problemOf } from '../../../shared/image/problem';
import { systemCode } from '../../../shared/image/systemCode';
import { problemSentence } from '../../../shared/text/problemText';

/** A fault as Node throws it: `fs` by its C++ part, and by the part in JavaScript where libuv has no name. */
function faultsOf(errno: number, syscall: string): readonly Error[] {
  const known = getSystemErrorMap().get(-errno)?.[0];
  const codes = known === undefined ? [`Unknown system error -${errno}`, 'UNKNOWN'] : [known];
  return codes.map((code) =>
    Object.assign(new Error(`${code}: ${code}, ${syscall}`), { code, errno: -errno, syscall }),
  );
}

/** What file systems, disks and servers answer (errno(3)). */
const ofDisks = [
  ...['EIO', 'ENOMEM', 'EACCES', 'EROFS', 'ENOSPC', 'EDQUOT', 'ESTALE', 'ENODATA', 'EBADMSG', 'ENOLINK'],
  ...['ENOLCK', 'ETIMEDOUT', 'ENXIO', 'ENODEV', 'EFBIG'],
] as const;
/** Linux's, which Node's own list has not. */
const ofLinux = { EUCLEAN: 117, EREMOTEIO: 121, ENOMEDIUM: 123, EMEDIUMTYPE: 124, EKEYEXPIRED: 127 };

describe('the name of a fault of the system', () => {
  test('is the one that Node has, and for a number without a name the one of the system', () => {
    for (const [name, errno] of Object.entries(ofLinux))
      for (const fault of faultsOf(errno, 'write')) expect(systemCode(fault)).toBe(name);
    for (const name of ofDisks)
      for (const fault of faultsOf(constants.errno[name as keyof typeof constants.errno], 'write'))
        expect(systemCode(fault)).toBe(name);
  });

  test('is never a number, nor a word of Node', () => {
    for (let errno = 1; errno < 600; errno++)
      for (const fault of faultsOf(errno, 'read')) expect(systemCode(fault)).toMatch(/^E[A-Z0-9]+$/);
    expect(getSystemErrorName(-122)).toMatch(/^Unknown/);
  });

  test('is none of what is no fault of the system', () => {
    for (const thrown of [undefined, null, 'UNKNOWN', 7, new Error('UNKNOWN'), { code: 122 }])
      expect(systemCode(thrown)).toBeUndefined();
  });

  test('is asked for in one place', () => {
    const asks = readdirSync('electron', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) =>
        /ErrnoException(?: \| null)?\)\??\.code|\bcode\b[^;{}]*\} = \w+ as NodeJS\.Errno/.test(
          readFileSync(join('electron', file), 'utf8'),
        ),
      );
    expect(asks).toEqual([]);
  });
});

test('every number that a disk answers with is a sentence in both languages, whoever meets it', () => {
  const names = [...ofDisks, ...Object.keys(ofLinux)];
  for (const name of names) {
    const errno =
      ofLinux[name as keyof typeof ofLinux] ?? constants.errno[name as keyof typeof constants.errno];
    for (const syscall of ['read', 'write', 'close', 'fsync', 'lstat', 'rename'])
      for (const fault of faultsOf(errno, syscall))
        for (const met of [fault, diskProblem(fault, '/s/f.tar', 'write'), storeProblem(fault, '/s/f.tar')]) {
          const found = problemOf(met);
          expect(found.code, `${name} ${syscall}`).not.toBe('internal');
          if (name === 'EDQUOT') expect(found).toMatchObject({ code: 'disk-full', facts: { quota: true } });
          for (const language of ['en', 'zh-CN'] as const) {
            const text = problemSentence(found, language);
            expect(text).not.toMatch(new RegExp(`${name}|Unknown|undefined|^ |  `));
          }
        }
  }
});
