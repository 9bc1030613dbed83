import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { inspectImageDocument } from '../../../electron/actions/images/inspectImage';
import { rewriteImage } from '../../../electron/actions/making/rewriteImage';
import { squashImage } from '../../../electron/actions/making/squashImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { jsonText } from '../../../electron/cli/columns';
import { parseImageId, type ImageId } from '../../../shared/image/digest';
import { buildImage, digestOf, dockerMembers, tarOf, type BuiltImage } from '../../setup/imageBuilder';
import { quietRun, storeOf } from '../../setup/temporary';

const numbers = '"Interval":9007199254740993,"Timeout":9223372036854775807';
const odd = '"x.unknown":12345678901234567890,"f":1.10';

/** An image whose config has numbers that JavaScript has not. */
function image(): BuiltImage {
  const built = buildImage({
    names: ['num:1'],
    layers: [{ files: [{ path: 'a' }, { path: 'gone' }] }, { files: [{ path: 'b' }] }],
    config: { Healthcheck: { Test: ['CMD', 'x'], Numbers: 0 } },
  });
  const text = built.config.toString().replace('"Numbers":0', numbers);
  const config = Buffer.from(`{${odd},${text.slice(1)}`);
  return { ...built, config, id: digestOf(config) as BuiltImage['id'] };
}

test('numbers of a config that nobody asked to change stay as they are written', async () => {
  const built = image();
  const store = await storeOf(tarOf(dockerMembers([built])));
  const id = (await readStoreView(store)).graph.images[0]?.id as ImageId;
  expect(id).toBe(built.id);
  const rewritten = await rewriteImage(
    store,
    { image: id, patterns: ['gone'], reference: 'rw:1' },
    quietRun(),
  );
  const squashed = await squashImage(store, { image: id, from: null, reference: 'sq:1' }, quietRun());
  const made: readonly ImageId[] = [rewritten.id, parseImageId(squashed.id)];
  for (const each of made) {
    const text = await readFile(store.store.pathOf(each), 'utf8');
    expect(text).toContain(numbers);
    expect(text).toContain('"x.unknown":12345678901234567890');
    expect(text).toContain('"f":1.10');
  }
  for (const each of [id, ...made]) {
    const shown = jsonText(await inspectImageDocument(store, each), 0);
    expect(shown).toContain(numbers);
  }
});
