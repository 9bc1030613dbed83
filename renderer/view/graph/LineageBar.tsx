import type { ReactNode } from 'react';
import { displayName } from '../../../shared/graph/sharing';
import { useActions, useApp, useT } from '../../store/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Segmented } from '../../ui/Segmented';
import { NameInWords } from '../NameText';

/** Above the graph while it shows one lineage alone: whose, which part of it, and the way back. */
export function LineageBar(): ReactNode {
  const t = useT();
  const { focusLineage } = useActions();
  const lineage = useApp((state) => state.lineage);
  const image = useApp((state) => state.lineage && state.index?.images.get(state.lineage.image));
  if (!lineage || !image) return null;
  return (
    <nav className="lineage-bar" aria-label={t('graph.lineage')}>
      <Button size="sm" variant="ghost" onClick={() => focusLineage(null)}>
        {t('graph.lineage.all')}
      </Button>
      <Icon name="chevronRight" size={12} />
      <NameInWords
        className="m lineage-name"
        name={displayName(image)}
        say={(name) => t('graph.lineage.of', { name })}
      />
      <Segmented
        size="sm"
        label={t('graph.lineage.part')}
        value={lineage.direction}
        segments={[
          { value: 'below', label: t('graph.lineage.below') },
          { value: 'both', label: t('graph.lineage.both') },
          { value: 'above', label: t('graph.lineage.above') },
        ]}
        onChange={(direction) => focusLineage({ image: lineage.image, direction })}
      />
      <IconButton
        icon="close"
        size="sm"
        iconSize={12}
        label={t('graph.lineage.leave')}
        onClick={() => focusLineage(null)}
      />
    </nav>
  );
}
