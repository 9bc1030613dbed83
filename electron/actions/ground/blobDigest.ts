import { storedLimits } from '../../../shared/image/limits';
import { problem } from '../../../shared/image/problem';
import type { SizedBlob } from '../../store/contentStore';
import type { JobOptions } from '../../worker/jobs';
import type { ActionContext } from './context';

type Context = Pick<ActionContext, 'store' | 'pool'>;

/** The digest that a stored blob's bytes have now; they are read to their end. Throws `blob-damaged` where it is missing or has another length. */
export async function digestOf(
  { store, pool }: Context,
  { digest, size }: SizedBlob,
  options: JobOptions,
): Promise<string> {
  if ((await store.sizeOf(digest)) === null)
    throw problem('blob-damaged', { digest, reason: 'missing', found: '' });
  const range = { file: store.fileOf({ digest, size }), offset: 0, size, label: digest, entry: digest };
  const input = { ...range, target: null, asLayer: false, indexTarget: null, limits: storedLimits };
  return (await pool.run('read-blob', input, options)).digest;
}

/** Reads a stored blob to its end. Throws `blob-damaged` where it is not what its name says, `cancelled`. */
export async function checkDigest(context: Context, blob: SizedBlob, options: JobOptions): Promise<void> {
  const { digest } = blob;
  const found = await digestOf(context, blob, options);
  if (found !== digest) throw problem('blob-damaged', { digest, reason: 'digest', found });
}
