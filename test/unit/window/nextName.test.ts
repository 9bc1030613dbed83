import { expect, test } from 'vitest';
import { nextName } from '../../../renderer/view/workspace/nextName';

/** The name that is offered after one that a commit was just given. */

const taken = new Set(['shop:1.6', 'shop:1.7', 'shop:latest-2']);

test.each([
  ['shop:1.4', 'shop:1.5'],
  ['shop:1.5', 'shop:1.8'],
  ['shop:1.9', 'shop:1.10'],
  ['shop:1.9-alpine', 'shop:1.10-alpine'],
  ['shop:v09', 'shop:v10'],
  ['shop:fix', 'shop:fix-2'],
  ['shop', 'shop:latest-3'],
  ['localhost:5000/team/shop', 'localhost:5000/team/shop:latest-2'],
  ['localhost:5000/team/shop:2', 'localhost:5000/team/shop:3'],
  ['shop:99999999999999999999', 'shop:100000000000000000000'],
])('after %s comes %s', (name, next) => {
  expect(nextName(name, (each) => taken.has(each))).toBe(next);
});

test('none where the tag would be too long', () => {
  expect(nextName(`shop:${'a'.repeat(127)}`, () => false)).toBeNull();
});
