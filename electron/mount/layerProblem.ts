import type { Digest } from '../../shared/image/digest';
import type { LayerReason } from '../../shared/image/faultReason';
import { problem } from '../../shared/image/problem';
import { LayerError } from '../../shared/layer/tarFault';
import { systemCode } from '../../shared/image/systemCode';
import { diskProblem } from '../worker/jobTools';
import type { LayerMembers } from './layerMembers';

/** Faults of the file system that the archive is to blame for, and what they say of the member. */
const blamable: ReadonlyMap<string, LayerReason> = new Map<string, LayerReason>([
  ['ENAMETOOLONG', 'system-name'],
  ['EINVAL', 'system-unknown'],
  ['ELOOP', 'system-loop'],
  ['ENOTDIR', 'system-below-file'],
  ['EISDIR', 'system-directory'],
  ['EMLINK', 'system-names'],
  ['EPERM', 'system-refused'],
  ['E2BIG', 'system-attribute'],
  ['ERANGE', 'system-attribute-name'],
]);

/** What a fault while a layer is unpacked to `target` means for the person: the layer's, the disk's, or ours. */
export function layerProblem(
  thrown: unknown,
  members: LayerMembers,
  { label: file, digest: entry }: { readonly label: string; readonly digest: Digest },
  target: string,
): unknown {
  const code = systemCode(thrown) ?? '';
  const blamed = blamable.get(code);
  const fault = thrown instanceof LayerError ? thrown : blamed && new LayerError(blamed);
  if (!fault) return diskProblem(thrown, target, 'write');
  return problem('layer-invalid', { file, entry, ...fault.facts(members.inHand) }, { cause: thrown });
}
