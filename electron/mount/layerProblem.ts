import type { Digest } from '../../shared/image/digest';
import { problem } from '../../shared/image/problem';
import { TarFault } from '../../shared/layer/tarHeader';
import { diskProblem } from '../worker/jobTools';
import type { LayerMembers } from './layerMembers';
import { TreeFault } from './treeRules';

/** Faults of the file system that the archive is to blame for. */
const blamable = new Set(['ENAMETOOLONG', 'EINVAL', 'ELOOP', 'ENOTDIR', 'EISDIR', 'EMLINK', 'EPERM']);

/** What a fault while a layer is unpacked to `target` means for the person: the layer's, the disk's, or ours. */
export function layerProblem(
  thrown: unknown,
  members: LayerMembers,
  { label: file, digest: entry }: { readonly label: string; readonly digest: Digest },
  target: string,
): unknown {
  const code = (thrown as NodeJS.ErrnoException).code ?? '';
  const atFault = thrown instanceof TarFault || thrown instanceof TreeFault;
  if (!atFault && !blamable.has(code)) return diskProblem(thrown, target, 'write');
  const reason = members.reason(atFault ? thrown.message : code);
  return problem('layer-invalid', { file, entry, reason }, { cause: thrown });
}
