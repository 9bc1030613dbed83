import type { ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { home, isHome } from '../../../shared/ipc/placeKinds';
import { whyNotTaken } from '../../store/copyTargets';
import { useActions, useApp, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';

/** The main thing to do with images of an engine; nothing for those of the store. */
export function CopyIn({ images }: { readonly images: readonly ImageId[] }): ReactNode {
  const t = useT();
  const { copyTo } = useActions();
  const inStore = useApp((state) => isHome(state.source));
  const refused = useApp((state) => {
    const store = state.sources.find(({ id }) => isHome(id));
    return store ? whyNotTaken(state, store, t) : null;
  });
  if (inStore) return null;
  return (
    <footer className="insp-foot">
      <Button
        icon="load"
        variant="primary"
        className="grow"
        disabledReason={refused}
        onClick={() => void copyTo(home, images)}
      >
        {t('source.copyIn')}
      </Button>
    </footer>
  );
}
