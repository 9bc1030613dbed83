import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { imageContents } from '../../../electron/actions/inside/imageContents';
import { compareContents } from '../../../electron/index/compareContents';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { dockerArchive, noise } from '../../setup/imageBuilder';
import { storeOf } from '../../setup/temporary';

const { signal } = new AbortController();
const of = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield await Promise.resolve(bytes.subarray(at, at + 1000));
};

test('a file of two images is compared line by line, what no text is by size and digest', async () => {
  const [a, b] = ['one\ntwo\nthree\n', 'one\n2\nthree\nfour\n'];
  const files = (text: string, bytes: Buffer): { path: string; content: string | Buffer }[] => [
    { path: 'etc/conf', content: text },
    { path: 'bin/tool', content: bytes },
  ];
  const store = await storeOf(
    dockerArchive([
      { names: ['shop:1'], layers: [{ files: files(a, noise(5000, 1)) }] },
      { names: ['shop:2'], layers: [{ files: files(b, noise(6000, 2)) }] },
    ]),
  );
  const { graph } = await readStoreView(store);
  const [first, second] = ['shop:1', 'shop:2'].map((name) => {
    const found = graph.images.find(({ names }) => names.includes(name));
    if (!found) throw new Error(name);
    return found.id;
  }) as [(typeof graph.images)[number]['id'], (typeof graph.images)[number]['id']];
  const compare = async (path: string): ReturnType<typeof compareContents> =>
    compareContents(
      { before: await imageContents(store, first, path), after: await imageContents(store, second, path) },
      signal,
    );
  const text = await compare('etc/conf');
  expect(text).toMatchObject({
    kind: 'text',
    omitted: 0,
    before: { size: a.length },
    after: { size: b.length },
  });
  expect(text.kind === 'text' && text.rows.map((row) => [row.kind, 'text' in row && row.text])).toEqual([
    ['same', 'one\n'],
    ['gone', 'two\n'],
    ['new', '2\n'],
    ['same', 'three\n'],
    ['new', 'four\n'],
  ]);
  expect(await compare('bin/tool')).toEqual({
    kind: 'binary',
    before: { size: 5000, digest: `sha256:${createHash('sha256').update(noise(5000, 1)).digest('hex')}` },
    after: { size: 6000, digest: `sha256:${createHash('sha256').update(noise(6000, 2)).digest('hex')}` },
  });
  expect(await compare('etc')).toMatchObject({ before: null, after: null });
});

test('what is on one side alone is all new; large texts and other encodings are not compared by lines', async () => {
  const encoded = (text: string): Buffer => Buffer.from(text);
  expect(await compareContents({ before: null, after: of(encoded('a\nb\n')) }, signal)).toMatchObject({
    kind: 'text',
    before: null,
    rows: [{ kind: 'new' }, { kind: 'new' }],
  });
  const large = Buffer.alloc((1 << 20) + 1, 'line\n');
  const whole = await compareContents({ before: of(large), after: of(encoded('x')) }, signal);
  expect(whole).toMatchObject({ kind: 'large', before: { size: large.length } });
  const latin = Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]);
  expect((await compareContents({ before: of(latin), after: null }, signal)).kind).toBe('binary');
  const stopped = new AbortController();
  stopped.abort();
  await expect(compareContents({ before: of(large), after: null }, stopped.signal)).rejects.toThrow(
    'cancelled',
  );
});
