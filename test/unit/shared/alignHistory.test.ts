import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseChainId, parseDiffId, type ChainId } from '../../../shared/image/digest';
import { alignHistory } from '../../../shared/image/alignHistory';

const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const layer = (name: string) => ({ chainId: parseChainId(sha(`c${name}`)), diffId: parseDiffId(sha(name)) });
const empty = {
  chainId: parseChainId(sha('empty')),
  diffId: parseDiffId('sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'),
};
const step = (createdBy: string, size = 0) => ({ createdBy, size });
const nothing = new Map<ChainId, number>();

describe('history without marks', () => {
  test('steps with bytes are the layers where there are as many', () => {
    const steps = [step('ADD x', 5), step('CMD a'), step('RUN b', 7), step('ENV c')];
    expect(alignHistory(steps, [layer('a'), layer('b')], nothing)).toEqual([0, null, 1, null]);
  });

  test('a layer without bytes goes to the step that makes one', () => {
    const steps = [step('ADD x', 5), step('ENV a=b'), step('WORKDIR /app'), step('CMD c'), step('RUN d', 7)];
    const layers = [layer('a'), layer('b'), layer('c')];
    expect(alignHistory(steps, layers, nothing)).toEqual([0, null, 1, null, 2]);
  });

  test('classic builders wrap instructions', () => {
    const nop = (text: string) => step(`/bin/sh -c #(nop) ${text}`);
    const steps = [
      step('ADD x', 5),
      nop(' ENV A=1'),
      nop('WORKDIR /app'),
      step('/bin/sh -c true'),
      nop(' CMD x'),
    ];
    expect(alignHistory(steps, [layer('a'), empty], nothing)).toEqual([0, null, null, 1, null]);
    expect(alignHistory(steps, [layer('a'), layer('w'), empty], nothing)).toEqual([0, null, 1, 2, null]);
  });

  test('an empty tar is no step with bytes', () => {
    const steps = [step('RUN true'), step('COPY a', 9), step('RUN true')];
    expect(alignHistory(steps, [empty, layer('b')], nothing)).toEqual([0, 1, null]);
    expect(alignHistory(steps, [layer('a'), empty], nothing)).toEqual([null, 0, 1]);
  });

  test('what another image told about a layer decides', () => {
    const steps = [step('RUN a'), step('RUN b', 9), step('RUN c')];
    const layers = [layer('x'), layer('y')];
    expect(alignHistory(steps, layers, new Map([[layers[0]?.chainId ?? empty.chainId, 9]]))).toEqual([
      null,
      0,
      1,
    ]);
    expect(alignHistory(steps, layers, new Map([[layers[0]?.chainId ?? empty.chainId, 0]]))).toEqual([
      0,
      1,
      null,
    ]);
  });

  test('an image without a history has no steps', () => {
    expect(alignHistory([], [layer('a')], nothing)).toEqual([]);
  });

  test('layers stay in order, each at most once, and bytes are never lost while there are layers', () => {
    const steps = fc.array(
      fc.record({
        createdBy: fc.constantFrom('RUN a', 'ENV b', 'WORKDIR c', 'x', '/bin/sh -c #(nop)  CMD z'),
        size: fc.constantFrom(0, 0, 3, 8),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(steps, fc.nat(12), (list, count) => {
        const layers = Array.from({ length: count }, (_, i) => layer(String(i)));
        const found = alignHistory(list, layers, nothing);
        const used = found.filter((at): at is number => at !== null);
        expect(used).toEqual([...new Set(used)].sort((a, b) => a - b));
        expect(used.length).toBe(Math.min(list.length, count));
        const withBytes = list.filter(({ size }) => size > 0).length;
        const placed = list.filter(({ size }, i) => size > 0 && found[i] !== null).length;
        expect(placed).toBe(Math.min(withBytes, count));
      }),
    );
  });
});
