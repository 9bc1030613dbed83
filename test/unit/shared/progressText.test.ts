import { expect, test } from 'vitest';
import type { OperationProgress } from '../../../shared/ipc/operation';
import { translator } from '../../../shared/text/catalogue';
import { phaseText, progressParts } from '../../../shared/text/progressText';

const told = (more: Partial<OperationProgress>): OperationProgress => ({
  phase: 'writing',
  done: 500_000,
  total: 2_000_000,
  rate: 100_000,
  secondsLeft: 15,
  ...more,
});

test('a line of progress: bytes, rate and time left, as far as they are known', () => {
  const parts = (more: Partial<OperationProgress>, language: 'en' | 'zh-CN' = 'en') =>
    progressParts(told(more), translator(language));
  expect(parts({})).toEqual(['500 kB of 2.00 MB', '100 kB/s', '15 s left']);
  expect(parts({ total: null, secondsLeft: null })).toEqual(['500 kB', '100 kB/s']);
  expect(parts({ rate: null, secondsLeft: 0.2 })).toEqual(['500 kB of 2.00 MB', '1 s left']);
  expect(parts({ phase: 'images', image: 3, images: 20 })).toEqual(['image 3 of 20']);
  const waiting = { phase: 'waiting', waitsFor: 'Podman' } as const;
  expect(parts(waiting)).toEqual(['waiting for Podman']);
  expect(parts(waiting, 'zh-CN')).toEqual(['正在等待 Podman']);
});

test('what work is at: the layer in hand, but for what is put into the store, else its phase', () => {
  const t = translator('en');
  expect(phaseText(told({ layer: 2, layers: 5 }), t)).toBe('layer 2 of 5');
  expect(phaseText(told({ phase: 'committing', layer: 5, layers: 5 }), t)).toBe('putting into the store');
  expect(phaseText(told({}), t)).toBe('writing');
});
