import { expect, test } from 'vitest';
import { problem, problemOf } from '../../../shared/image/problem';

const systemFault = (code: string): Error =>
  Object.assign(new Error(`${code}: open '/store/lock'`), { code, path: '/store/lock' });

test('a full and a read-only disk are said, wherever they show', () => {
  expect(problemOf(systemFault('ENOSPC'))).toEqual({ code: 'disk-full', facts: { path: '/store/lock' } });
  expect(problemOf(systemFault('EDQUOT')).code).toBe('disk-full');
  const refused = { code: 'file-unwritable', facts: { path: '/store/lock', reason: 'EROFS' } };
  expect(problemOf(systemFault('EROFS'))).toEqual(refused);
});

test('a problem stays what it is, and anything else is a fault of ours', () => {
  expect(problemOf(problem('cancelled', {})).code).toBe('cancelled');
  expect(problemOf(systemFault('EBADF'))).toMatchObject({ code: 'internal' });
  expect(problemOf('text')).toEqual({ code: 'internal', facts: { message: 'text' } });
});
