import type { CSSProperties, ReactNode } from 'react';
import type { GuideState } from '../../../shared/ipc/guide';
import { formatBytes } from '../../../shared/text/format';
import { useMarks, useT } from '../../store/hooks';
import { tip } from '../../ui/Tooltip';
import { guideNames, guideRows, hiddenBy, seenFrom, type GuideRow } from './guideRows';

/** Lineage colours of the directories, as everywhere in the window. */
export const guideColours: Readonly<Record<GuideRow['name'], string>> = {
  material: 'var(--lin-1-fill)',
  material2: 'var(--lin-4-fill)',
  build: 'var(--lin-9-fill)',
  next: 'var(--lin-7-fill)',
  merge: 'var(--sunken)',
};

/** The stack as it is: a row for each directory, a column for each name, arrows to what is seen. */
export function GuidePicture({ state }: { readonly state: GuideState }): ReactNode {
  const t = useT();
  const rows = guideRows(state);
  const names = guideNames(rows);
  return (
    <section className="guide-picture" aria-label={t('guide.picture')}>
      <div className="guide-grid" style={{ '--columns': names.length } as CSSProperties} role="table">
        <div className="guide-row guide-names" role="row">
          <span role="columnheader">
            <span className="visually-hidden">{t('guide.directory')}</span>
          </span>
          {names.map((name) => (
            <span key={name} className="mono" role="columnheader">
              {name}
            </span>
          ))}
        </div>
        {rows.map((row) => (
          <div key={row.name} className={`guide-row ${row.role}`} role="row">
            <span className="guide-label" role="rowheader">
              <span className="mono m">{row.name}</span>
              <span className="t3 f11">
                {row.role === 'lower'
                  ? t('guide.role.lower', { count: row.count })
                  : t(`guide.role.${row.role}`)}
              </span>
            </span>
            {names.map((name) => (
              <Cell key={name} row={row} name={name} rows={rows} />
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

function Cell({
  row,
  name,
  rows,
}: {
  readonly row: GuideRow;
  readonly name: string;
  readonly rows: readonly GuideRow[];
}): ReactNode {
  const t = useT();
  const { comma } = useMarks();
  const entry = row.entries.get(name);
  const source = seenFrom(rows, name);
  if (row.role === 'merge') {
    if (!entry)
      return (
        <span className="guide-cell none t3" role="cell">
          {t('guide.no', { name })}
        </span>
      );
    return (
      <span
        className="guide-cell"
        role="cell"
        style={{ '--cell': guideColours[source?.name ?? 'merge'] } as CSSProperties}
      >
        <span className="m">{name}</span>
        {source && <span className="f11">{t('guide.from', { name: source.name })}</span>}
      </span>
    );
  }
  if (!entry) return <span className="guide-cell none" role="cell" />;
  if (entry.type === 'whiteout')
    return (
      <span className="guide-cell gone" role="cell">
        <span className="m">
          whiteout {entry.major}:{entry.minor}
        </span>
        <span className="f11">{t('guide.hides', { name })}</span>
      </span>
    );
  const cover = hiddenBy(rows, row, name);
  const text = cover
    ? cover.entries.get(name)?.type === 'whiteout'
      ? `${t('guide.stillThere')}${comma}${formatBytes(entry.size)}`
      : t('guide.hiddenBy', { name: cover.name })
    : entry.text;
  return (
    <span
      className={cover ? 'guide-cell covered' : 'guide-cell seen'}
      role="cell"
      style={{ '--cell': guideColours[row.name] } as CSSProperties}
    >
      <span className="m">{name}</span>
      {text !== name && (
        <span className="f11 ell" {...tip(text)}>
          {text}
        </span>
      )}
    </span>
  );
}
