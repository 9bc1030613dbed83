import type { MouseEvent, ReactElement } from 'react';
import { expect, test, vi } from 'vitest';
import { Button } from '../../../renderer/ui/Button';

/** Clicks as a browser counts them: the second one of a double click has the detail 2, one by a key 0. */
function clicks(variant: 'primary' | 'danger' | 'plain', details: readonly number[]): number[] {
  const done: number[] = [];
  const element = Button({ children: '', variant, onClick: ({ detail }) => void done.push(detail) });
  const { onClick } = (element as ReactElement<{ onClick: (event: MouseEvent) => void }>).props;
  for (const detail of details) {
    const preventDefault = vi.fn();
    onClick({ detail, preventDefault } as unknown as MouseEvent);
    // A click that counts for nothing must not submit its form either.
    expect(preventDefault.mock.calls.length).toBe(done.at(-1) === detail ? 0 : 1);
  }
  return done;
}

test('a button that acts takes a double click for one, and keys as they come', () => {
  for (const variant of ['primary', 'danger'] as const) {
    expect(clicks(variant, [1, 2])).toEqual([1]);
    expect(clicks(variant, [1, 2, 3])).toEqual([1]);
    expect(clicks(variant, [0, 0])).toEqual([0, 0]);
  }
  expect(clicks('plain', [1, 2])).toEqual([1, 2]);
});
