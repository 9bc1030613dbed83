import { useMemo, type ReactNode } from 'react';
import type { ConfigComparison, ConfigDifference } from '../../../shared/image/compareConfigs';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { formatDateTime, shownPiece } from '../../../shared/text/format';
import { wordDiff } from '../../../shared/text/wordDiff';
import { useLanguage, useT } from '../../store/hooks';
import { Skeleton } from '../../ui/Skeleton';
import { DiffText } from '../DiffText';
import { ImageName } from '../inspector/ImageName';

/** Letters of a value that are compared and shown. */
const valueLength = 4000;

interface Props {
  /** Null while the documents are read. */
  readonly compared: ConfigComparison | null;
  readonly a: ImageNode;
  readonly b: ImageNode;
}

/** The settings that two images do not agree on, value beside value, compared word by word. */
export function CompareConfig({ compared, a, b }: Props): ReactNode {
  const t = useT();
  if (!compared)
    return (
      <div className="page-empty">
        <Skeleton rows={5} label={t('compare.config.reading')} />
      </div>
    );
  if (compared.differences.length === 0) return <p className="page-empty t2">{t('compare.config.none')}</p>;
  return (
    <div
      className="compare-body scroll"
      tabIndex={0}
      data-pane="main"
      data-pane-focus
      role="group"
      aria-label={t('compare.config')}
    >
      <table className="compare-config">
        <thead>
          <tr>
            <th scope="col">{t('compare.setting')}</th>
            <th scope="col">
              <ImageName image={a} />
            </th>
            <th scope="col">
              <ImageName image={b} />
            </th>
          </tr>
        </thead>
        <tbody>
          {compared.differences.map((difference) => (
            <Setting key={`${difference.field} ${difference.key}`} difference={difference} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const letters = { added: 'A', changed: 'C', removed: 'D' } as const;

function Setting({ difference }: { readonly difference: ConfigDifference }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { field, key, first, second } = difference;
  const kind = first === null ? 'added' : second === null ? 'removed' : 'changed';
  const pieces = useMemo(() => {
    const shown = (text: string): string =>
      (field === 'created' ? formatDateTime(text, language) : text).slice(0, valueLength);
    if (first === null || second === null)
      return [{ kind: 'same' as const, text: shown(first ?? second ?? '') }];
    return wordDiff(shown(first), shown(second), true);
  }, [field, first, second, language]);
  const value = (text: string | null, side: 'first' | 'second'): ReactNode => (
    <td className="mono f11 selectable">
      {text === null ? (
        <span className="t3 compare-unset">{t('compare.notSet')}</span>
      ) : text === '' ? (
        <span className="t3 compare-unset">{t('inspector.emptyValue')}</span>
      ) : (
        <DiffText pieces={pieces} side={side} />
      )}
    </td>
  );
  return (
    <tr>
      <th scope="row">
        <span className="compare-setting">
          <span className={`mark ${letters[kind]}`} role="img" aria-label={t(`compare.kind.${kind}`)}>
            {letters[kind]}
          </span>
          <span className="col">
            <span className="t2">{t(`compare.field.${field}`)}</span>
            {key !== '' && <span className="mono f11 compare-key">{shownPiece(key)}</span>}
          </span>
        </span>
      </th>
      {value(first, 'first')}
      {value(second, 'second')}
    </tr>
  );
}
