import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ActionContext } from '../../electron/actions/ground/context';
import { readStoreView } from '../../electron/actions/images/storeView';
import type { Place } from '../../electron/place/place';
import type { ImageId } from '../../shared/image/digest';
import { buildImage, digestOf, noise, type ImageSpec } from '../setup/imageBuilder';

/** The images that every place is held to the promise with, and what is to be seen of them. */

const base = { files: [{ path: 'etc/base', content: 'the same\n' }] };
const large = { files: [{ path: 'srv/data', content: noise(300_000) }], gzip: true };
const spec = (name: string, top: string, names: readonly string[] = []): ImageSpec => ({
  names: [name, ...names],
  config: { Cmd: ['/bin/sh'], Env: [`WHICH=${top}`], Labels: { which: top } },
  layers: [base, large, { files: [{ path: 'srv/top', content: `${top}\n` }] }],
});

/** What every place is given: two images that share layers, one of them under two names. */
export const first = spec('contract/one:1', 'one', ['contract/one:latest']);
export const second = spec('contract/two:1', 'two');
/** What comes later. */
export const third: ImageSpec = { ...spec('contract/three:1', 'three'), layers: [base] };
/** What it takes from another place. */
export const taken: ImageSpec = { ...spec('contract/taken:1', 'taken'), layers: [base] };

/** What an image is in a form: its ID, its names, and its layers by their tars. */
export interface MadeImage {
  readonly id: ImageId;
  readonly names: readonly string[];
  readonly layers: readonly { readonly diffId: string }[];
}

/** What a description comes to in the form that a place has it in, worked out without the program's own code. */
export type Make = (image: ImageSpec) => MadeImage;

/** An image as it is to be seen. */
interface Facts {
  readonly id: string;
  readonly names: readonly string[];
  readonly chains: readonly string[];
}

/** An image as its description says. */
export function factsOf({ id, names, layers }: MadeImage): Facts {
  let above = '';
  const chains = layers.map(({ diffId }) => {
    const text = above === '' ? diffId : `${above} ${diffId}`;
    return (above = above === '' ? diffId : `sha256:${createHash('sha256').update(text).digest('hex')}`);
  });
  return { id, names: [...names].sort(), chains };
}

const byId = (a: Facts, b: Facts): number => a.id.localeCompare(b.id);

/** The images of a place as its view shows them. */
export const viewed = async (place: Place): Promise<Facts[]> =>
  (await place.view()).graph.images
    .map(({ id, names, layers }) => ({ id, names: [...names].sort(), chains: [...layers] as string[] }))
    .sort(byId);

/** What {@link viewed} is to give of these. */
export const seenAs =
  (make: Make) =>
  (...images: readonly ImageSpec[]): Facts[] =>
    images.map((image) => factsOf(make(image))).sort(byId);

/** {@link seenAs} of images as they are built. */
export const expected = seenAs(buildImage);

/** The diff IDs that the layers of an image have, worked out from the bytes that a store of them says they are. */
export async function contentsOf(context: ActionContext, id: ImageId): Promise<string[]> {
  const { graph } = await readStoreView(context);
  const image = graph.images.find((each) => each.id === id);
  return (image?.layers ?? []).map((chainId) => {
    const blob = graph.layers.find((layer) => layer.chainId === chainId)?.blobs[0];
    if (!blob) throw new Error(`no bytes of ${chainId}`);
    const file = context.store.fileOf(blob);
    const [path, offset] = typeof file === 'string' ? [file, 0] : [file.path, file.offset];
    const bytes = readFileSync(path).subarray(offset, offset + blob.size);
    return digestOf(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes);
  });
}
