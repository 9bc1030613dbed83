import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitName, fitRepository } from '../../../renderer/chart/layers/textFit';

/** Names in little room. Without a page a letter is 7 CSS pixels wide. */

const letter = 7;
const font = '12px Any';

describe('a name that is too long', () => {
  test.each([
    ['registry.example.com/shop/api:1.1', 33, 'registry.example.com/shop/api:1.1'],
    ['registry.example.com/shop/api:1.1', 20, '…/shop/api:1.1'],
    ['registry.example.com/shop/web:1.1', 20, '…/shop/web:1.1'],
    ['registry.example.com/shop/api:1.1', 12, '…/api:1.1'],
    ['registry.example.com/shop/api:1.1', 7, 'api:1.1'],
    ['registry.example.com/shop/storefront:1.1', 12, 'stor…ont:1.1'],
    ['localhost:5000/api:latest', 13, '…/api:latest'],
    ['localhost:5000/api', 8, '…/api'],
    ['storefront:1.1', 12, 'stor…ont:1.1'],
    ['storefront:1.1', 5, '…:1.1'],
    ['storefront:2024-11-29', 6, 'sto…29'],
    ['shop:2024-11-29-nightly-amd64', 12, 'shop:20…md64'],
    ['shop:2024-11-29-nightly-arm64', 12, 'shop:20…rm64'],
    ['registry.example.com/pay/gateway:3.0-build-20261129-blue-screen', 19, 'gateway:3.0-…screen'],
    ['registry.example.com/pay/api-gateway:3.0-build-20261129-blue-screen', 19, 'api-…eway:3.0…creen'],
    ['registry.example.com/pay/api-gateway:3.0-build-20261129-blue-screen', 10, 'ap…y:3.…en'],
    ['api@sha256:0123456789abcdef', 14, 'api@sha…abcdef'],
  ])('%s in %i letters is %s', (name, room, shown) => {
    expect(fitName(name, room * letter, font)).toBe(shown);
  });

  test('is no wider than its room, and keeps its tag and its last part as long as they fit', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    const name = fc.record({ parts: fc.array(part, { minLength: 1, maxLength: 4 }), tag: part });
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 60 }), ({ parts, tag }, room) => {
        const shown = fitName(`${parts.join('/')}:${tag}`, room * letter, font);
        expect(shown.length).toBeLessThanOrEqual(Math.max(1, room));
        if (tag.length <= 8 && tag.length + 2 <= room) expect(shown.endsWith(`:${tag}`)).toBe(true);
        const last = `${parts.at(-1) ?? ''}:${tag}`;
        if (last.length <= room) expect(shown.endsWith(last)).toBe(true);
      }),
    );
  });
});

test('neither repository nor tag vanishes beside the other, and both show how they end', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,40}$/);
  fc.assert(
    fc.property(part, part, fc.integer({ min: 12, max: 60 }), (repository, tag, room) => {
      const shown = fitName(`registry.example.com/${repository}:${tag}`, room * letter, font);
      const colon = shown.lastIndexOf(':');
      expect(colon).toBeGreaterThan(0);
      expect(shown.length).toBeLessThanOrEqual(room);
      expect(shown.slice(colon - 1, colon)).toBe(repository.slice(-1));
      expect(shown.at(-1)).toBe(tag.at(-1));
    }),
    { numRuns: 2000, examples: [['0aaa', '0a0a0a00', 12]] },
  );
});

test('a repository of which not even three letters fit is not shown', () => {
  expect(fitRepository('shop/storefront', (shown) => shown.length < 3)).toBeNull();
});

test.each([
  ['letters', 'x'.repeat(100_000)],
  ['parts', 'x/'.repeat(50_000)],
])('a name of very many %s is measured few times', (_, repository) => {
  let measured = 0;
  const fits = (shown: string): boolean => (measured++, shown.length <= 20);
  expect(fitRepository(repository, fits)?.length).toBeGreaterThan(18);
  expect(measured).toBeLessThan(60);
});
