import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { displayName } from '../../../shared/graph/sharing';
import { layerName } from '../../../shared/graph/layerTitle';
import type { DuplicateReport } from '../../../shared/ipc/compare';
import { formatBytes, groupDigits, visibleText } from '../../../shared/text/format';
import { useActions, useApp, useBridge, useT } from '../../store/hooks';
import { whyNotHere } from '../../store/sources';
import { ProgressBar } from '../../ui/Amounts';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { travelRows } from '../../ui/rowTravel';
import { tip } from '../../ui/Tooltip';
import { useVirtualRows } from '../../ui/useVirtualRows';
import { ProblemNotice } from '../dialogs/NameDialog';
import { Bytes } from '../inspector/parts';
import { Swatch } from '../inspector/Swatch';
import { useReply } from '../useReply';

const rowHeight = 28;
/** Images named for a layer. */
const imagesNamed = 4;

/** Files with equal contents in different layers of a place: what they waste, and where they lie. */
export function DuplicatesPage(): ReactNode {
  const t = useT();
  const bridge = useBridge();
  const { openPage } = useActions();
  const source = useApp((state) => state.source);
  const [operation, setOperation] = useState<string | null>(null);
  const running = useApp((state) =>
    state.operations.find(
      ({ id, kind, places = [], status }) =>
        // A comparison names two places, also where they are the same.
        status === 'running' &&
        (id === operation || (kind === 'hash' && places.length === 1 && places[0] === source)),
    ),
  );
  const revision = useApp((state) => state.graph?.revision ?? '');
  const refused = useApp((state) => whyNotHere(state, 'inside', t));
  const { value, problem, again } = useReply('duplicates.list', { source }, running ? 'running' : 'done');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const back = (): void => openPage({ kind: 'images' });
  const find = (): void =>
    void bridge.request['duplicates.find']({ source }).then((reply) => {
      if (reply.ok) setOperation(reply.value.operation);
    });
  return (
    <main className="main compare" aria-label={t('duplicates.title')}>
      <div className="view-bar page-bar">
        <IconButton
          icon="back"
          size="sm"
          label={t('workspace.back')}
          shortcut={t('key.escape')}
          onClick={back}
        />
        <Icon name="copy" />
        <h2 ref={heading} className="b" tabIndex={-1}>
          {t('duplicates.title')}
        </h2>
        <span className="right row">
          {value && value.revision !== revision && <span className="t3 f12">{t('duplicates.stale')}</span>}
          {value && !running && (
            <Button size="sm" icon="retry" disabledReason={refused} onClick={find}>
              {t('duplicates.again')}
            </Button>
          )}
        </span>
      </div>
      {running ? (
        <div className="duplicates-begin" role="status">
          <p>{t('duplicates.finding')}</p>
          <ProgressBar
            done={running.progress.done}
            total={running.progress.total}
            label={t('duplicates.finding')}
          />
          <Button onClick={() => void bridge.request['operation.cancel']({ operation: running.id })}>
            {t('duplicates.stop')}
          </Button>
        </div>
      ) : problem ? (
        <div className="page-empty">
          <ProblemNotice problem={problem} again={again} />
        </div>
      ) : !value ? (
        <div className="duplicates-begin">
          <p className="t2">{t('duplicates.intro')}</p>
          <Button variant="primary" icon="search" disabledReason={refused} onClick={find}>
            {t('duplicates.find')}
          </Button>
        </div>
      ) : (
        <Found report={value} />
      )}
    </main>
  );
}

function Found({ report }: { readonly report: DuplicateReport }): ReactNode {
  const t = useT();
  const { files, count, waste, stored } = report;
  const [active, setActive] = useState(0);
  if (count === 0) return <p className="page-empty t2">{t('duplicates.none')}</p>;
  return (
    <>
      <div className="duplicates-sum">
        <span className="insp-figure" {...tip(t('app.bytes', { exact: groupDigits(waste) }))}>
          {t('duplicates.waste', { size: formatBytes(waste) })}
        </span>
        <span className="f12 t2 num">{t('duplicates.exact', { count, stored: formatBytes(stored) })}</span>
        {count > files.length && (
          <span className="right f12 t3">{t('duplicates.more', { count: count - files.length })}</span>
        )}
      </div>
      <List files={files} active={active} onActive={setActive} />
      <Places report={report} file={files[active]} />
    </>
  );
}

function List(props: {
  readonly files: DuplicateReport['files'];
  readonly active: number;
  readonly onActive: (at: number) => void;
}): ReactNode {
  const { files, active, onActive } = props;
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  const { first, end, before, after } = useVirtualRows(scroller, files.length, rowHeight, rowHeight);
  const key = (event: KeyboardEvent): void => {
    const { current } = scroller;
    const { length: count } = files;
    travelRows(event, { scroller: current, count, at: active, rowHeight, head: rowHeight, go: onActive });
  };
  return (
    <div
      ref={scroller}
      className="changes duplicates-list scroll"
      role="grid"
      aria-label={t('duplicates.title')}
      aria-rowcount={files.length + 1}
      aria-activedescendant={`duplicate-${active}`}
      tabIndex={0}
      data-pane="main"
      data-pane-focus
      onKeyDown={key}
    >
      <div className="change-row change-head" role="row" aria-rowindex={1}>
        <span role="columnheader">{t('duplicates.path')}</span>
        <span role="columnheader" className="r">
          {t('duplicates.copies')}
        </span>
        <span role="columnheader" className="r">
          {t('duplicates.size')}
        </span>
        <span role="columnheader" className="r">
          {t('duplicates.wasted')}
        </span>
      </div>
      <div role="presentation" style={{ height: before }} />
      {files.slice(first, end).map(({ contents, copies, copyCount, size, waste }, i) => {
        const at = first + i;
        const path = visibleText(copies[0]?.path ?? '');
        const slash = path.lastIndexOf('/') + 1;
        return (
          <div
            key={contents}
            id={`duplicate-${at}`}
            className={at === active ? 'change-row active' : 'change-row'}
            role="row"
            aria-rowindex={at + 2}
            aria-selected={at === active}
            onClick={() => onActive(at)}
          >
            <span role="gridcell" className="change-path" {...tip(`/${path}`)}>
              <span className="t3 ell">/{path.slice(0, slash)}</span>
              <span className="change-name">{path.slice(slash)}</span>
            </span>
            <span role="gridcell" className="r num">
              {groupDigits(copyCount)}
            </span>
            <span role="gridcell" className="r num">
              {formatBytes(size)}
            </span>
            <span role="gridcell" className="r num m">
              {formatBytes(waste)}
            </span>
          </div>
        );
      })}
      <div role="presentation" style={{ height: after }} />
    </div>
  );
}

/** The layers that hold a file, each with its path there and its images. */
function Places(props: {
  readonly report: DuplicateReport;
  readonly file: DuplicateReport['files'][number] | undefined;
}): ReactNode {
  const { report, file } = props;
  const t = useT();
  const { openPage, selectLayer, changeSettings } = useActions();
  const index = useApp((state) => state.index);
  if (!file) return null;
  return (
    <section className="duplicates-places" aria-label={t('duplicates.where')} data-pane="places">
      <h3 className="f12 b">{t('duplicates.where')}</h3>
      <ul className="scroll" tabIndex={0}>
        {file.copies.map(({ layer: at, path }) => {
          const layer = report.layers[at];
          const chainId = layer?.chainIds.find((id) => index?.layers.has(id) === true);
          if (!layer) return null;
          const title = layerName((chainId && index?.layers.get(chainId)) ?? layer, formatBytes);
          const names = layer.images
            .slice(0, imagesNamed)
            .flatMap((id) => {
              const image = index?.images.get(id);
              return image ? visibleText(displayName(image)) : [];
            })
            .join(', ');
          const rest = layer.imageCount - imagesNamed;
          const images = rest > 0 ? `${names} +${groupDigits(rest)}` : names;
          return (
            <li key={layer.diffId}>
              <button
                type="button"
                className="duplicates-place f12"
                disabled={chainId === undefined}
                onClick={() => {
                  if (chainId === undefined) return;
                  openPage({ kind: 'images' });
                  changeSettings({ inspector: true });
                  selectLayer(chainId);
                }}
                {...tip(`/${visibleText(path)}\n${images}\n${t('duplicates.showLayer')}`)}
              >
                <Swatch
                  colour={chainId === undefined ? undefined : index?.familyOfLayer.get(chainId)?.colour}
                  fill
                />
                <span className="ell m">{title === '' ? t('graph.noStep') : visibleText(title)}</span>
                <span className="ell mono f11 t2">/{visibleText(path)}</span>
                <span className="ell t3">{images}</span>
                <Bytes bytes={file.size} className="r" />
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
