import type { ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { formatBytes } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { Button, IconButton } from '../../ui/Button';
import { useReply } from '../useReply';

/** What can be done with the selected rows, and what deleting them would free. */
export function SelectionBar({ images }: { readonly images: readonly ImageId[] }): ReactNode {
  const t = useT();
  const { openDialog, clearSelection, save } = useActions();
  const format = useApp((state) => state.settings.saveFormat);
  const revision = useApp((state) => state.graph?.revision ?? '');
  const source = useApp((state) => state.source);
  const { value } = useReply('images.previewRemoval', { source, images, names: [] }, revision);
  const [one] = images;
  return (
    <div className="selection-bar floating" role="toolbar" aria-label={t('graph.menu')}>
      <span className="m">{t('table.selected', { images: images.length })}</span>
      <span className="t3 num">{value ? t('table.frees', { size: formatBytes(value.freedBytes) }) : ''}</span>
      <span className="vrule" />
      <Button size="sm" variant="ghost" icon="save" onClick={() => void save(images, format)}>
        {t('app.save')}
      </Button>
      {images.length === 1 && one !== undefined && (
        <Button size="sm" variant="ghost" icon="tag" onClick={() => openDialog({ kind: 'tag', image: one })}>
          {t('table.tagIt')}
        </Button>
      )}
      <Button
        size="sm"
        variant="ghost"
        icon="delete"
        className="danger-text"
        onClick={() => openDialog({ kind: 'remove', images, names: [] })}
      >
        {t('table.delete')}
      </Button>
      <IconButton icon="close" size="sm" label={t('command.clearSelection')} onClick={clearSelection} />
    </div>
  );
}
