import type { ReactNode } from 'react';
import { useT } from '../../store/hooks';
import { ProgressBar } from '../../ui/Amounts';
import { Button } from '../../ui/Button';
import { InlineNotice } from '../../ui/InlineNotice';
import { useSlow } from '../../ui/Skeleton';
import { ProblemText } from '../ProblemText';
import type { LayerReading } from './useLayerTree';

interface Props {
  readonly reading: LayerReading;
  readonly title: string;
  readonly onOut: () => void;
}

/** What lies over the map while a layer is read, when it could not be, and when there is nothing to draw in it. */
export function MapReading({ reading, title, onOut }: Props): ReactNode {
  const t = useT();
  const { value, problem, loading, progress, again } = reading;
  const slow = useSlow(loading && !value);
  if (problem && problem.code !== 'cancelled') {
    return (
      <div className="map-over">
        <InlineNotice
          actions={
            <>
              <Button size="sm" onClick={again}>
                {t('app.tryAgain')}
              </Button>
              <Button size="sm" onClick={onOut}>
                {t('map.out')}
              </Button>
            </>
          }
        >
          <ProblemText problem={problem} />
        </InlineNotice>
      </div>
    );
  }
  if (slow) {
    return (
      <div className="map-over">
        <div className="map-reading floating" role="status">
          <span>{t('map.reading', { title })}</span>
          <ProgressBar
            done={progress?.done ?? 0}
            total={progress?.total ?? null}
            label={t('map.reading', { title })}
          />
          <Button size="sm" onClick={onOut}>
            {t('map.reading.stop')}
          </Button>
        </div>
      </div>
    );
  }
  if (!value || value.bytes > 0) return null;
  return (
    <div className="map-over empty" role="status">
      <p>{t('map.noFiles', { deletions: value.deletions })}</p>
      <Button onClick={onOut}>{t('map.out')}</Button>
    </div>
  );
}
