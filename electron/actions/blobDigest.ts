import type { Digest } from '../../shared/image/digest';
import { storedLimits } from '../../shared/image/limits';
import { problem } from '../../shared/image/problem';
import type { JobOptions } from '../worker/jobs';
import type { ActionContext } from './context';

type Context = Pick<ActionContext, 'store' | 'pool'>;

/** The digest that a stored blob's bytes have now; they are read to their end. Throws `blob-damaged` where it is missing. */
export async function digestOf(
  { store, pool }: Context,
  digest: Digest,
  options: JobOptions,
): Promise<string> {
  const size = await store.sizeOf(digest);
  if (size === null) throw problem('blob-damaged', { digest, reason: 'missing', found: '' });
  const range = { file: store.pathOf(digest), offset: 0, size, label: digest, entry: digest };
  const input = { ...range, target: null, asLayer: false, indexTarget: null, limits: storedLimits };
  return (await pool.run('read-blob', input, options)).digest;
}

/** Reads a stored blob to its end. Throws `blob-damaged` where it is not what its name says, `cancelled`. */
export async function checkDigest(context: Context, digest: Digest, options: JobOptions): Promise<void> {
  const found = await digestOf(context, digest, options);
  if (found !== digest) throw problem('blob-damaged', { digest, reason: 'digest', found });
}
