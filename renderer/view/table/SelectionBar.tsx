import type { ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { formatBytes } from '../../../shared/text/format';
import { useActions, useApp, useStanding, useT } from '../../store/hooks';
import { whyNotHere, whyNotNow } from '../../store/sources';
import { Button, IconButton } from '../../ui/Button';
import { tip } from '../../ui/Tooltip';
import { useReply } from '../useReply';
import { selectionText } from './selectionText';

/** What can be done with the selected rows, and what deleting them would free; `inSight`: the images that the filter leaves. */
export function SelectionBar({
  images,
  inSight,
}: {
  readonly images: readonly ImageId[];
  readonly inSight: ReadonlySet<ImageId>;
}): ReactNode {
  const t = useT();
  const { openDialog, clearSelection, save } = useActions();
  const format = useApp((state) => state.settings.saveFormat);
  const standing = useStanding();
  const source = useApp((state) => state.source);
  const refused = useApp((state) => whyNotHere(state, 'write', t));
  const silent = useApp((state) => whyNotNow(state, t));
  const { value } = useReply(
    'images.together',
    refused === null ? { source, images: [...images] } : null,
    standing,
  );
  const [one] = images;
  const frees = value ? t('table.frees', { size: formatBytes(value.freed) }) : '';
  return (
    <div className="selection-bar" role="toolbar" aria-label={t('graph.menu')}>
      <span className="m">{selectionText(images, inSight, t)}</span>
      <span className="frees t3 num ell" {...(frees === '' ? {} : tip(frees))}>
        {frees}
      </span>
      <span className="vrule" />
      <Button
        size="sm"
        variant="ghost"
        icon="save"
        disabledReason={silent}
        onClick={() => void save(images, format)}
      >
        {t('app.save')}
      </Button>
      {images.length === 1 && one !== undefined && (
        <Button
          size="sm"
          variant="ghost"
          icon="tag"
          disabledReason={refused}
          onClick={() => openDialog({ kind: 'tag', image: one })}
        >
          {t('table.tagIt')}
        </Button>
      )}
      <Button
        size="sm"
        variant="ghost"
        icon="delete"
        className="danger-text"
        disabledReason={refused}
        onClick={() => openDialog({ kind: 'remove', images, names: [] })}
      >
        {t('table.delete')}
      </Button>
      <IconButton icon="close" size="sm" label={t('command.clearSelection')} onClick={clearSelection} />
    </div>
  );
}
