import type { ReactNode } from 'react';
import type { ContentComparison } from '../../../shared/ipc/contents';
import { formatBytes, groupDigits, visibleLines, visibleText } from '../../../shared/text/format';
import { useT } from '../../store/hooks';
import { Dialog } from '../../ui/Dialog';
import { Skeleton } from '../../ui/Skeleton';
import { ProblemNotice } from '../dialogs/NameDialog';
import type { Awaited } from '../useReply';

type TextRow = Extract<ContentComparison, { kind: 'text' }>['rows'][number];

/** How the contents of one file differ: a text line by line, all else by size and digest. */
export function ContentsDialog(props: {
  readonly path: string;
  readonly reply: Awaited<ContentComparison>;
  readonly onClose: () => void;
}): ReactNode {
  const { path, reply, onClose } = props;
  const { value, problem, again } = reply;
  const t = useT();
  return (
    <Dialog
      title={t('compare.contents.of', { path: `/${visibleText(path)}` })}
      width={960}
      closeLabel={t('app.close')}
      onClose={onClose}
    >
      {problem && <ProblemNotice problem={problem} again={again} />}
      {!value && !problem && <Skeleton rows={8} label={t('compare.contents.reading')} />}
      {value && <Compared value={value} />}
    </Dialog>
  );
}

function Compared({ value }: { readonly value: ContentComparison }): ReactNode {
  const t = useT();
  const { before, after } = value;
  const isSame = before !== null && before.digest === after?.digest;
  return (
    <>
      <dl className="contents-sides f12">
        <Side name={t('compare.before')} side={before} />
        <Side name={t('compare.after')} side={after} />
      </dl>
      {isSame ? (
        <p className="t2">{t('compare.contents.same')}</p>
      ) : value.kind === 'text' ? (
        <div className="contents-lines scroll" tabIndex={0} role="table" aria-label={t('compare.contents')}>
          {value.rows.map((row, i) => (
            <Line key={i} row={row} />
          ))}
          {value.omitted > 0 && (
            <p className="t3">{t('compare.contents.omitted', { count: value.omitted })}</p>
          )}
        </div>
      ) : (
        <p className="t2">{t(`compare.contents.${value.kind}`)}</p>
      )}
    </>
  );
}

function Side({
  name,
  side,
}: {
  readonly name: string;
  readonly side: ContentComparison['before'];
}): ReactNode {
  const t = useT();
  return (
    <div className="row">
      <dt className="t3">{name}</dt>
      <dd className="row grow">
        {side ? (
          <>
            <span className="num">{formatBytes(side.size)}</span>
            <span className="mono f11 t3 contents-digest">{side.digest}</span>
          </>
        ) : (
          <span className="t3">{t('compare.contents.none')}</span>
        )}
      </dd>
    </div>
  );
}

const signs = { same: ' ', gone: '−', new: '+' } as const;

function Line({ row }: { readonly row: TextRow }): ReactNode {
  const t = useT();
  if (row.kind === 'skipped')
    return (
      <div className="contents-skipped t3 f11" role="row">
        <span role="cell">{t('compare.contents.skipped', { count: row.count })}</span>
      </div>
    );
  const { kind, text, first, second } = row;
  return (
    <div className={`contents-line ${kind}`} role="row" aria-label={t(`compare.line.${kind}`)}>
      <span className="num t3" role="cell">
        {first === null ? '' : groupDigits(first)}
      </span>
      <span className="num t3" role="cell">
        {second === null ? '' : groupDigits(second)}
      </span>
      <span aria-hidden="true">{signs[kind]}</span>
      <span className="contents-text" role="cell">
        {visibleLines(text.replace(/\r?\n$/, ''))}
      </span>
    </div>
  );
}
