import { readStoreView } from '../../../electron/actions/images/storeView';
import type { parseImageId } from '../../../shared/image/digest';
import { buildImage, dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import { load, openStore, type TestStore } from '../../setup/temporary';

/** Three images on one base: one name, two names, none. */
export const base = { files: [{ path: 'etc/os', content: noise(5000) }] };
export const one: ImageSpec = {
  names: ['shop:1.0'],
  layers: [base, { files: [{ path: 'a', content: noise(800, 2) }] }],
};
export const two: ImageSpec = {
  names: ['shop:1.1', 'shop:latest'],
  layers: [base, { files: [{ path: 'b', content: noise(900, 3) }] }],
};
export const dangling: ImageSpec = { layers: [base, { files: [{ path: 'c', content: noise(1000, 4) }] }] };
export const [idOne, idTwo, idDangling] = [one, two, dangling].map((spec) => buildImage(spec).id) as [
  ReturnType<typeof parseImageId>,
  ReturnType<typeof parseImageId>,
  ReturnType<typeof parseImageId>,
];

/** A store with the three. */
export async function filled(): Promise<TestStore> {
  const context = await openStore();
  await load(context, dockerArchive([one, two, dangling]));
  return context;
}

/** Names by image ID. */
export async function namesOf(context: TestStore): Promise<Record<string, readonly string[]>> {
  const { graph } = await readStoreView(context);
  return Object.fromEntries(graph.images.map(({ id, names }) => [id, names]));
}

/** What {@link namesOf} gives for a fresh store. */
export const all = { [idOne]: ['shop:1.0'], [idTwo]: ['shop:1.1', 'shop:latest'], [idDangling]: [] };
