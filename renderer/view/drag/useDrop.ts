import type { SourceId } from '../../../shared/ipc/source';
import { useImageDrag } from '../../store/imageDrag';
import { verdictOn } from './imageDrag';

/** How a place is drawn while images are held: whether it can take them, and whether the pointer is on it; '' while none are. */
export function useDropClass(id: SourceId): string {
  return useImageDrag((drag) => {
    if (!drag) return '';
    const can = verdictOn(id)?.can === true;
    return `${can ? 'drop-can' : 'drop-cannot'}${drag.over === id ? ' drop-over' : ''}`;
  });
}
