import { useMemo, useState, type ReactNode } from 'react';
import type { ChangeTotals } from '../../../shared/layer/changeRows';
import { ownLayers } from '../../../shared/graph/ownLayer';
import type { Problem } from '../../../shared/image/problem';
import { listBounds, textBounds } from '../../../shared/ipc/textBounds';
import type { WorkspaceInfo } from '../../../shared/ipc/workspace';
import { describeProblem } from '../../../shared/text/problemText';
import { formatBytes, visibleText, shownPiece } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import { workspaceForm } from '../../store/forms';
import { useActions, useApp, useForm, useLanguage, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { tip } from '../../ui/Tooltip';
import { Field, TextArea } from '../../ui/Field';
import { tooLong } from '../fieldRoom';
import { checkName } from '../dialogs/checkName';
import { ProblemNotice } from '../dialogs/NameDialog';
import { NameMoves } from '../dialogs/NameMoves';
import { closeFirst } from './closeFirst';
import { ConfigChanges } from './ConfigChanges';
import { nextName } from './nextName';

/** Who committed last; the same person is about to do it again. */
let lastAuthor = '';

interface Props {
  readonly workspace: WorkspaceInfo;
  readonly totals: ChangeTotals;
  /** Ticked paths; null when all are. */
  readonly paths: readonly string[] | null;
  /** Of what is ticked, what is shown as removed. */
  readonly removed: readonly string[];
  /** All changes that are listed; null before they were read. */
  readonly listed: string | null;
  /** A commit has begun: what is ticked will be gone from the list. */
  readonly onCommit: () => void;
}

/** The right side of a workspace's page: what the commit is called, and what it will make. */
export function CommitPanel({ workspace, totals, paths, removed, listed, onCommit }: Props): ReactNode {
  const t = useT();
  const language = useLanguage();
  const actions = useActions();
  const images = useApp((state) => state.graph?.images ?? none);
  const start = { name: '', message: '', author: lastAuthor, changes: none, last: null };
  // The same name again would take it away from what was just committed: the form is emptied once that is in the image.
  const [values, fillIn] = useForm(workspaceForm('commit', workspace), start);
  const { name, message, author, changes, last } = values;
  const [failed, setFailed] = useState<Problem | null>(null);
  const running = useApp((state) =>
    state.operations.some(
      ({ kind, subject, status }) => kind === 'commit' && subject === workspace.name && status === 'running',
    ),
  );
  const check = name.trim() === '' ? null : checkName(name, images, null);
  const trouble = check && !check.ok ? describeProblem(check.problem, language).explanation : null;
  const longMessage = tooLong(t, message, textBounds.message);
  const longAuthor = tooLong(t, author, textBounds.author);
  const tooMany = changes.length > listBounds.configChanges;
  const can =
    trouble === null &&
    longMessage === null &&
    longAuthor === null &&
    !tooMany &&
    !running &&
    listed !== null;
  const next = useMemo(
    () => (last === null ? null : nextName(last, (each) => images.some(({ names }) => names.includes(each)))),
    [last, images],
  );

  const commit = (): void => void closeFirst({ workspace: workspace.name }, 'commit', workspace.name, send);
  const send = (): void => {
    if (listed === null) return;
    lastAuthor = author;
    setFailed(null);
    const what = {
      reference: check?.ok ? check.name : null,
      holder: check?.ok ? (check.holder?.id ?? null) : null,
      author,
      message,
      changes: [...changes],
      paths: paths === null ? null : [...paths],
      removed: [...removed],
      image: workspace.image,
      listed,
    };
    void actions.commit(workspace, what).then((problem) => {
      setFailed(problem);
      if (problem === null) onCommit();
    });
  };
  return (
    <aside className="inspector commit" aria-label={t('commit.title')} data-pane="commit">
      <div className="insp-head">
        <h2>{t('commit.title')}</h2>
      </div>
      <div className="insp-scroll scroll">
        <section className="insp-section dialog-stack">
          <Field
            label={t('commit.name')}
            value={name}
            mono
            hint={
              check?.ok
                ? t('dialog.name.full', { name: check.full })
                : last !== null
                  ? t('commit.nameLast', { name: visibleText(last) })
                  : t('commit.nameHint')
            }
            trouble={trouble}
            onChange={(text) => fillIn({ name: text })}
          />
          {next !== null && name.trim() === '' && (
            <Button size="sm" className="commit-next" onClick={() => fillIn({ name: next })}>
              {t('commit.nameNext', { name: visibleText(next) })}
            </Button>
          )}
          <NameMoves check={check} />
          <TextArea
            label={t('commit.message')}
            value={message}
            trouble={longMessage}
            onChange={(text) => fillIn({ message: text })}
          />
          <Field
            label={t('commit.author')}
            value={author}
            trouble={longAuthor}
            onChange={(text) => fillIn({ author: text })}
          />
        </section>
        <ConfigChanges changes={changes} onChange={(all) => fillIn({ changes: all })} />
        {tooMany && (
          <div className="insp-section field-trouble" role="alert">
            {t('commit.tooMany', { count: changes.length, most: listBounds.configChanges })}
          </div>
        )}
        <LayerPreview workspace={workspace} totals={totals} />
        {failed && <ProblemNotice problem={failed} />}
      </div>
      {totals.unlisted > 0 && totals.staying === 0 && (
        <p className="insp-section commit-unlisted f12" role="note">
          {t('commit.unlisted', { count: totals.unlisted })}
        </p>
      )}
      <div className="commit-foot">
        <span className="f12 t3">{totals.staying > 0 && t('commit.stay', { count: totals.staying })}</span>
        <Button className="right" variant="primary" size="lg" disabled={!can} onClick={commit}>
          {running ? t('commit.running') : t('commit.do', { count: totals.going })}
        </Button>
      </div>
    </aside>
  );
}

const none: readonly never[] = [];
/** Layers below that are drawn by themselves. */
const slabLimit = 14;

/** The image's layers with the new one on top, heights by size. */
function LayerPreview({ workspace, totals }: Pick<Props, 'workspace' | 'totals'>): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const image = index?.images.get(workspace.image);
  const layers = image && index ? [...ownLayers(image, index.layers)].reverse() : [];
  const family = index?.families.find(({ images }) => images.includes(workspace.image));
  const fill = `var(--lin-${family?.colour ?? 1}-fill)`;
  return (
    <section className="insp-section commit-layers">
      <h3>
        <span>{t('commit.layer')}</span>
        {image && (
          <span className="right num" {...tip(t('commit.packed'))}>
            {t('commit.after', { size: formatBytes(image.size + totals.bytes) })}
          </span>
        )}
      </h3>
      {totals.ticked > 0 ? (
        <div className="slab new">
          <div className="ell">
            <div className="b">{t('commit.layerNumber', { count: layers.length + 1 })}</div>
            <div className="t2">
              {t('commit.summary', { count: totals.going, whiteouts: totals.whiteouts })}
            </div>
          </div>
          <span className="right b num" {...tip(t('commit.packed'))}>
            {t(totals.staying === 0 && totals.unlisted > 0 ? 'commit.filesAtLeast' : 'commit.files', {
              size: formatBytes(totals.bytes),
            })}
          </span>
        </div>
      ) : (
        <div className="slab new empty">{t('commit.noLayer')}</div>
      )}
      {layers.slice(0, slabLimit).map((layer) => {
        const height = Math.max(4, Math.min(44, Math.sqrt(layer.size / 1e6) * 4));
        return (
          <div key={layer.chainId} className="slab" style={{ height, background: fill }}>
            {height >= 16 && (
              <>
                <span className="ell">{shownPiece(titleOf(layer, t))}</span>
                <span className="right num">{formatBytes(layer.size)}</span>
              </>
            )}
          </div>
        );
      })}
    </section>
  );
}
