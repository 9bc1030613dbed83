import type { ReactNode } from 'react';
import type { Pair } from '../../../shared/graph/pairOf';
import { formatBytes } from '../../../shared/text/format';
import { useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';

interface Props {
  readonly pair: Pick<Pair, 'common' | 'onlyFirst' | 'onlySecond'>;
  readonly className?: string;
}

/** What two images take as one bar: the first one's own, both, the second one's own. */
export function PairBar({ pair, className = '' }: Props): ReactNode {
  const t = useT();
  const { common, onlyFirst, onlySecond } = pair;
  return (
    <SizeBar
      className={className}
      parts={[
        { kind: 'unique', bytes: onlyFirst },
        { kind: 'shared', bytes: common },
        { kind: 'unique', bytes: onlySecond },
      ]}
      label={t('pair.bar', {
        a: formatBytes(onlyFirst),
        common: formatBytes(common),
        b: formatBytes(onlySecond),
      })}
    />
  );
}
