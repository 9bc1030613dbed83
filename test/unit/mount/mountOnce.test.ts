import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MountOnce } from '../../../electron/actions/trees/mountOnce';
import { listMounts, unmountImage } from '../../../electron/actions/trees/mounts';
import { parseImageId } from '../../../shared/image/digest';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore } from '../../setup/temporary';

const run = { signal: new AbortController().signal, report: () => undefined };

test('a window has one mount of an image, however often and at once it asks', async () => {
  const store = await openStore();
  const spec = (name: string) => ({ names: [name], layers: [{ files: [{ path: name, content: name }] }] });
  const { images } = await load(store, dockerArchive([spec('one'), spec('two')]));
  const [one, two] = images.map(({ id }) => parseImageId(id));
  if (!one || !two) throw new Error('nothing was loaded');
  const mounts = new MountOnce(store);
  const made = await Promise.all([one, one, two, one, one, two].map((image) => mounts.mount(image, run)));
  expect(new Set(made.map(({ id }) => id)).size).toBe(2);
  const mounted = (): number =>
    readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(store.directory)).length;
  // As an ordinary user in a namespace of its own they are not seen from here.
  expect([0, 2]).toContain(mounted());
  expect(await listMounts(store)).toHaveLength(2);
  // One that could not be begun keeps none of the others away, and one that was ended is made again.
  const given = new AbortController();
  const [first] = made;
  await unmountImage(store, first?.id ?? '');
  given.abort();
  const failed = mounts.mount(one, { ...run, signal: given.signal }).then(
    () => 'made',
    () => 'given up',
  );
  const again = await mounts.mount(one, run);
  await failed;
  expect(again.image).toBe(one);
  expect(await listMounts(store)).toHaveLength(2);
});
