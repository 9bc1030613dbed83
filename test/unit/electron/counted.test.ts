import { expect, test } from 'vitest';
import { counted } from '../../../shared/text/counted';

test('one of a thing is said without an s', () => {
  expect(counted(1, 'change')).toBe('1 change');
  expect(counted(0, 'change')).toBe('0 changes');
  expect(counted(5000, 'change')).toBe('5\u202f000 changes');
  expect(counted(1, 'entry', 'entries')).toBe('1 entry');
  expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});
