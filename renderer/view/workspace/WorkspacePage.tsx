import { useMemo, useState, type ReactNode } from 'react';
import {
  changeRows,
  changeTotals,
  costlyCopy,
  tickPaths,
  type ChangeRow,
} from '../../../shared/layer/changeRows';
import type { Change } from '../../../shared/layer/change';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { workspaceForm } from '../../store/forms';
import { useActions, useApp, useBridge, useForm, useT } from '../../store/hooks';
import { Button, IconButton } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { TextInput } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { MenuButton } from '../../ui/Menu';
import { Skeleton } from '../../ui/Skeleton';
import { Tag } from '../../ui/Tag';
import { tip } from '../../ui/Tooltip';
import { CutText } from '../CutText';
import { NameInWords } from '../NameText';
import { ProblemNotice } from '../dialogs/NameDialog';
import { ContentsDialog } from '../compare/ContentsDialog';
import { useReply } from '../useReply';
import { ChangeList } from './ChangeList';
import { CommitPanel } from './CommitPanel';
import { TerminalPane } from './TerminalPane';
import { useChanges } from './useChanges';
import { workspaceMenu } from './workspaceMenu';

const nothing: readonly Change[] = [];
const allTicked = { unticked: new Set<string>() };

/** The page of one workspace: what changed, the commit, the terminal. */
export function WorkspacePage({ name }: { readonly name: string }): ReactNode {
  const t = useT();
  const { openDialog } = useActions();
  const workspace = useApp((state) => state.workspaces.find((each) => each.name === name));
  const asked = useApp((state) => (state.asked?.workspace === name ? state.asked : null));
  const { changes: found, problem, again } = useChanges(name, workspace?.image ?? '');
  const changes = found?.changes ?? nothing;
  const ticks = workspaceForm('ticks', workspace ?? { name, created: '' });
  const [{ unticked }, fillIn] = useForm(ticks, allTicked);
  const setUnticked = (paths: ReadonlySet<string>): void => fillIn({ unticked: paths });
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [looked, setLooked] = useState<string | null>(null);
  const contents = useReply('workspace.contents', looked === null ? null : { name, path: looked });
  const [filter, setFilter] = useState('');
  const [showParents, setShowParents] = useState(false);
  const rows = useMemo(
    () => changeRows(changes, { filter, open, showParents }),
    [changes, filter, open, showParents],
  );
  const totals = useMemo(
    () => changeTotals(changes, unticked, found?.omitted ?? 0),
    [changes, unticked, found],
  );
  const largest = useMemo(() => Math.max(0, ...changes.map(({ copiedUp }) => copiedUp)), [changes]);
  if (!workspace) return <p className="page-empty t3">{t('workspace.gone')}</p>;

  const tick = (row: ChangeRow, on: boolean): void =>
    setUnticked(tickPaths(changes, unticked, row.paths, on));
  const toggle = (path: string): void => {
    const next = new Set(open);
    if (!next.delete(path)) next.add(path);
    setOpen(next);
  };
  const all = totals.ticked === totals.changes;
  const ticked = all ? [] : changes.filter((c) => !c.onlyParent && !unticked.has(c.path));
  const pathsOf = (removed: boolean): string[] =>
    ticked.filter(({ kind }) => (kind === 'removed') === removed).map(({ path }) => path);
  return (
    <div className="workspace">
      <main className="main" aria-label={visibleText(name)}>
        <Header name={name} onRun={() => openDialog({ kind: 'run', tree: { workspace: name } })} />
        <div className="change-bar">
          <CheckBox
            checked={totals.changes === 0 ? false : all ? true : totals.ticked === 0 ? false : 'mixed'}
            disabled={totals.changes === 0}
            aria-label={t('workspace.tickAll')}
            onChange={(on) => setUnticked(on ? new Set() : new Set(changes.map(({ path }) => path)))}
          />
          <span className="m">
            {t('workspace.changesOf', { ticked: totals.ticked, count: totals.changes })}
          </span>
          <span className="t3 ell" {...tip(found && found.omitted > 0 ? undefined : t('workspace.tickHint'))}>
            {found && found.omitted > 0
              ? t('workspace.omitted', { count: found.omitted })
              : t('workspace.tickHint')}
          </span>
          <span className="right row">
            <CheckBox checked={showParents} label={t('workspace.parents')} onChange={setShowParents} />
            <TextInput
              look="soft"
              size="sm"
              icon="filter"
              value={filter}
              placeholder={t('workspace.filter')}
              aria-label={t('workspace.filter')}
              onChange={setFilter}
            />
          </span>
        </div>
        {problem && <ProblemNotice problem={problem} again={again} />}
        {!found && !problem ? (
          <div className="page-empty">
            <Skeleton rows={5} label={t('workspace.loading')} />
          </div>
        ) : rows.length > 0 ? (
          <ChangeList
            rows={rows}
            unticked={unticked}
            largest={largest}
            onTick={tick}
            onToggle={toggle}
            onLook={setLooked}
          />
        ) : (
          <div className="page-empty">
            <p className="m">{t(changes.length > 0 ? 'workspace.noMatch' : 'workspace.none')}</p>
            {changes.length === 0 && <p className="t3">{t('workspace.noneHint')}</p>}
          </div>
        )}
        {looked !== null && <ContentsDialog path={looked} reply={contents} onClose={() => setLooked(null)} />}
        <Hint
          changes={changes}
          unticked={unticked}
          bytes={totals.bytes}
          onUntick={(path) => setUnticked(new Set([...unticked, path]))}
        />
        <TerminalPane tree={{ workspace: name }} asked={asked} />
      </main>
      <CommitPanel
        workspace={workspace}
        totals={totals}
        paths={all ? null : pathsOf(false)}
        removed={pathsOf(true)}
        listed={found?.listed ?? null}
        onCommit={() => setOpen(new Set())}
      />
    </div>
  );
}

function Header({ name, onRun }: { readonly name: string; readonly onRun: () => void }): ReactNode {
  const t = useT();
  const bridge = useBridge();
  const { openPage, refreshWorkspaces } = useActions();
  const workspace = useApp((state) => state.workspaces.find((each) => each.name === name));
  const support = useApp((state) => state.mountSupport);
  if (!workspace) return null;
  return (
    <div className="view-bar page-bar">
      <IconButton
        icon="back"
        size="sm"
        label={t('workspace.back')}
        onClick={() => openPage({ kind: 'images' })}
      />
      <Icon name="workspace" />
      <h2 className="b page-name" {...tip(visibleText(name))}>
        <CutText text={name} />
      </h2>
      <NameInWords
        className="t3"
        name={workspace.imageName}
        say={(shown) => t('workspace.on', { name: shown })}
      />
      {workspace.mounted ? (
        <Tag tone="ok">{t('workspace.mounted')}</Tag>
      ) : (
        <Button
          size="sm"
          onClick={() => void bridge.request['workspace.mount']({ name }).then(refreshWorkspaces)}
        >
          {t('workspace.mount')}
        </Button>
      )}
      <span className="right row">
        <Button
          size="sm"
          icon="play"
          disabledReason={
            support?.runtime === null ? t('terminal.noRuntime', { packages: support.runtimePackages }) : null
          }
          onClick={onRun}
        >
          {t('workspace.run')}
        </Button>
        <Button
          size="sm"
          icon="folder"
          onClick={() => void bridge.request['tree.show']({ tree: { workspace: name } })}
        >
          {t('workspace.openFolder')}
        </Button>
        <MenuButton label={t('workspace.more')} size="sm" entries={() => workspaceMenu(workspace, t)} />
      </span>
    </div>
  );
}

/** A word about the largest file that was copied for a small change. */
function Hint({
  changes,
  unticked,
  bytes,
  onUntick,
}: {
  readonly changes: readonly Change[];
  readonly unticked: ReadonlySet<string>;
  readonly bytes: number;
  readonly onUntick: (path: string) => void;
}): ReactNode {
  const t = useT();
  const change = costlyCopy(changes, unticked);
  if (!change) return null;
  const name = visibleText(change.path.slice(change.path.lastIndexOf('/') + 1));
  const size = formatBytes(change.copiedUp);
  const content = change.aspects.includes('content');
  return (
    <div className="change-hint" role="note">
      <Icon name="bulb" />
      <span className="grow">
        {content
          ? t('workspace.hint.bytes', { name, size, bytes: formatBytes(change.changedBytes ?? 0) })
          : t('workspace.hint.mode', { name, size, left: formatBytes(Math.max(0, bytes - change.copiedUp)) })}
      </span>
      <Button size="sm" onClick={() => onUntick(change.path)}>
        {t('workspace.untick')}
      </Button>
    </div>
  );
}
