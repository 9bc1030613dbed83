import type { ReactNode } from 'react';
import type { GuideEntry, GuideState } from '../../../shared/ipc/guide';
import { useT } from '../../store/hooks';
import { Icon } from '../../ui/Icon';
import { tip } from '../../ui/Tooltip';
import { guideColours } from './GuidePicture';
import { guideRows, hiddenBy, type GuideRow } from './guideRows';

/** The directories side by side, as `ls` would list them. */
export function GuideCards({ state }: { readonly state: GuideState }): ReactNode {
  const rows = guideRows(state);
  // From left to right as they were made: the lowest layer first, what is seen last.
  return (
    <div className={rows.length === 5 ? 'guide-cards five' : 'guide-cards'}>
      {[...rows].reverse().map((row) => (
        <Card key={row.name} row={row} rows={rows} />
      ))}
    </div>
  );
}

function Card({ row, rows }: { readonly row: GuideRow; readonly rows: readonly GuideRow[] }): ReactNode {
  const t = useT();
  return (
    <section className={row.role === 'merge' ? 'guide-card merge' : 'guide-card'}>
      <h3>
        <span className="swatch" style={{ background: guideColours[row.name] }} />
        <span className="mono">{row.name}</span>
        <span className="right t3 f11">
          {row.role === 'lower' ? t('guide.role.lower', { count: row.count }) : t(`guide.role.${row.role}`)}
        </span>
      </h3>
      <ul>
        {[...row.entries.values()].map((entry) => (
          <Line key={entry.path} entry={entry} mark={markOf(entry, row, rows)} />
        ))}
        {row.entries.size === 0 && <li className="t3">{t('guide.emptyDirectory')}</li>}
      </ul>
    </section>
  );
}

/** A: new in the upper directory, C: covers a lower one, D: deletes, H: hidden. */
function markOf(entry: GuideEntry, row: GuideRow, rows: readonly GuideRow[]): 'A' | 'C' | 'D' | 'H' | null {
  if (row.role === 'merge') return null;
  if (entry.type === 'whiteout') return 'D';
  if (hiddenBy(rows, row, entry.path)) return 'H';
  const below = rows.slice(rows.indexOf(row) + 1).some(({ entries }) => entries.has(entry.path));
  return below ? 'C' : row.role === 'upper' ? 'A' : null;
}

function Line({
  entry,
  mark,
}: {
  readonly entry: GuideEntry;
  readonly mark: 'A' | 'C' | 'D' | 'H' | null;
}): ReactNode {
  const gone = entry.type === 'whiteout';
  return (
    <li className={gone ? 'gone' : mark === 'H' ? 't3' : undefined}>
      <Icon name={gone ? 'close' : 'file'} size={14} />
      {gone && (
        <span className="mono f11">
          {entry.mode} {entry.major}, {entry.minor}
        </span>
      )}
      <span>{entry.path}</span>
      {entry.text !== '' && entry.text !== entry.path && (
        <span className="t3 f11 ell" {...tip(entry.text)}>
          {entry.text}
        </span>
      )}
      {mark && <span className={`mark ${mark} right`}>{mark}</span>}
    </li>
  );
}
