import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diffRows, lineDiff, linesOf } from '../../../shared/text/lineDiff';
import { seeded } from '../../setup/randomLayers';

const random = seeded(3);
const pick = (n: number): number => random(n);
const text = (lines: readonly string[]): string => lines.join('');

/** A text and another one that came of it. */
function pair(): readonly [string, string] {
  const a = Array.from({ length: pick(40) }, () => `${'abcdef'[pick(6)] ?? ''}\n`);
  const b = [...a];
  for (let n = pick(8); n > 0; n--) {
    if (pick(2) === 0) b.splice(pick(b.length + 1), 0, `${'abcdefgh'[pick(8)] ?? ''}\n`);
    else b.splice(pick(b.length + 1), 1 + pick(3));
  }
  const end = pick(4) === 0 ? 'last' : '';
  return [text(a), text(b) + end];
}

test('both texts come out again, and as few lines differ as GNU diff finds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'line-diff-'));
  try {
    for (let round = 0; round < 150; round++) {
      const [a, b] = pair();
      const lines = lineDiff(a, b);
      expect(text(lines.filter(({ kind }) => kind !== 'new').map((line) => line.text))).toBe(a);
      expect(text(lines.filter(({ kind }) => kind !== 'gone').map((line) => line.text))).toBe(b);
      const numbers = lines.flatMap(({ first }) => first ?? []);
      expect(numbers).toEqual(linesOf(a).map((_, i) => i + 1));
      if (round % 5 > 0) continue;
      writeFileSync(join(folder, 'a'), a);
      writeFileSync(join(folder, 'b'), b);
      let theirs = '';
      try {
        execFileSync('diff', ['--minimal', 'a', 'b'], { cwd: folder });
      } catch (thrown) {
        theirs = String((thrown as { stdout: Buffer }).stdout);
      }
      const differing = theirs.split('\n').filter((line) => /^[<>]/.test(line)).length;
      expect(lines.filter(({ kind }) => kind !== 'same').length).toBe(differing);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('texts with nothing in common, and large ones, end soon', () => {
  const many = (seed: string): string =>
    text(Array.from({ length: 40_000 }, (_, i) => `${seed} ${(i * 7919) % 977}\n`));
  const began = performance.now();
  const lines = lineDiff(many('a'), many('b'));
  expect(performance.now() - began).toBeLessThan(5000);
  expect(lines).toHaveLength(80_000);
  expect(lineDiff('', '')).toEqual([]);
});

test('what is far from all differences is left out, and counted', () => {
  const a = Array.from({ length: 30 }, (_, i) => `${i}\n`);
  const b = a.map((line, i) => (i === 15 ? 'other\n' : line));
  const rows = diffRows(lineDiff(text(a), text(b)));
  expect(rows[0]).toEqual({ kind: 'skipped', count: 12 });
  expect(rows.at(-1)).toEqual({ kind: 'skipped', count: 11 });
  expect(rows).toHaveLength(2 + 3 + 2 + 3);
});
