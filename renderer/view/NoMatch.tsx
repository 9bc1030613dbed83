import type { ReactNode } from 'react';
import { Button } from '../ui/Button';
import { useActions, useApp, useT } from '../store/hooks';

/** What a view shows when images exist and none is in sight: one sentence, one way out. */
export function NoMatch(): ReactNode {
  const t = useT();
  const { showEverything, setFilter } = useActions();
  const filter = useApp((state) => state.filter);
  const text = filter.trim();
  return (
    <div className="no-match" role="status">
      <p>{text === '' ? t('app.allHidden') : t('app.noMatch', { text })}</p>
      {text === '' ? (
        <Button onClick={showEverything}>{t('app.allHidden.show')}</Button>
      ) : (
        <Button onClick={() => setFilter('')}>{t('app.filter.clear')}</Button>
      )}
    </div>
  );
}
