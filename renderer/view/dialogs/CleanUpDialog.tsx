import { useMemo, useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import type { RemovalPreview } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { usedByOthers } from '../../../shared/graph/usedByOthers';
import type { RequestOutput } from '../../../shared/ipc/contract';
import {
  formatAge,
  formatBytes,
  formatDate,
  groupDigits,
  shownNames,
  visibleText,
} from '../../../shared/text/format';
import { useActions, useApp, useLanguage, useStanding, useT } from '../../store/hooks';
import { useNow } from '../../ui/useNow';
import type { ConfirmingDialog } from '../../store/state';
import { SizeBar } from '../../ui/Amounts';
import { Button } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { Skeleton } from '../../ui/Skeleton';
import { tip } from '../../ui/Tooltip';
import { useCalm } from '../../ui/useCalm';
import { NameInWords } from '../NameText';
import { ImageName } from '../inspector/ImageName';
import { useReply } from '../useReply';
import { ProblemNotice } from './NameDialog';
import { RemovalFrees, RemovalStays } from './RemovalLists';

/** What may go, ticked one by one, with exactly what that frees and who holds the rest; one confirmation, with undo. */
export function CleanUpDialog({ refused }: Pick<ConfirmingDialog, 'refused'>): ReactNode {
  const t = useT();
  const { closeDialog, cleanUp } = useActions();
  const standing = useStanding();
  const list = useReply('cleanup.list', {}, standing);
  const [choice, setChoice] = useState<ReadonlyMap<string, boolean>>(new Map());
  const found = list.value;
  const ticked = (key: string, suggested: boolean): boolean => choice.get(key) ?? suggested;
  const tick = (key: string, on: boolean): void => setChoice((was) => new Map(was).set(key, on));
  const images =
    found?.candidates.filter(({ id, suggested }) => ticked(id, suggested)).map(({ id }) => id) ?? [];
  const unpacked = found !== null && found.unpacked.count > 0 && ticked('unpacked', true);
  const interrupted = found !== null && found.interrupted.count > 0 && ticked('interrupted', true);
  const preview = useReply('images.previewRemoval', { images, names: [] }, standing);
  // The figures of before stay until those of now are here.
  const [last, setLast] = useState<RemovalPreview | null>(null);
  if (preview.value && preview.value !== last) setLast(preview.value);
  const shown = preview.value ?? last;
  const isKnown = found !== null && preview.value !== null;
  const calm = useCalm(
    isKnown ? JSON.stringify([preview.value, found, unpacked, interrupted]) : null,
    choice,
  );
  const caches = (unpacked ? found.unpacked.bytes : 0) + (interrupted ? found.interrupted.bytes : 0);
  const nothing = images.length === 0 && !unpacked && !interrupted;
  return (
    <Dialog
      title={t('cleanup.title')}
      role="alertdialog"
      width={innerWidth > 1600 ? 960 : 920}
      closeLabel={t('app.close')}
      onClose={closeDialog}
      footer={
        <>
          <div className="grow">{shown && <Figure preview={shown} caches={caches} />}</div>
          <Button size="lg" onClick={closeDialog}>
            {t('operation.cancel')}
          </Button>
          <Button
            size="lg"
            variant="danger"
            disabledReason={nothing ? t('cleanup.tick') : null}
            disabled={list.loading || preview.loading || preview.problem !== null || !calm}
            onClick={() => {
              closeDialog();
              const { images: going = [], untagged = [] } = shown ?? {};
              void cleanUp({ images, unpacked, interrupted, shown: { images: going, untagged } });
            }}
          >
            {t('cleanup.button', { images: images.length, caches: unpacked || interrupted })}
          </Button>
        </>
      }
    >
      <p className="f12 t2 cleanup-hint">{t('cleanup.hint')}</p>
      {refused && <ProblemNotice problem={refused} />}
      {list.problem && <ProblemNotice problem={list.problem} again={list.again} />}
      {!found && !list.problem && <Skeleton rows={5} label={t('cleanup.reading')} />}
      {found && (
        <div className="cleanup">
          <div className="cleanup-list scroll">
            <Candidates list={found} ticked={ticked} tick={tick} />
            <Caches list={found} ticked={ticked} tick={tick} />
            <Removed list={found} />
          </div>
          <div className="cleanup-stays scroll">
            {shown && <RemovalFrees preview={shown} />}
            {shown && <RemovalStays preview={shown} />}
            <Held list={found} />
            <p className="f12 t2 row cleanup-note">
              <Icon name="info" size={14} />
              <span>{t('cleanup.undoHint', { minutes: Math.round(found.undoTime / 60_000) })}</span>
            </p>
          </div>
        </div>
      )}
    </Dialog>
  );
}

type CleanUpList = RequestOutput<'cleanup.list'>;

interface ListProps {
  readonly list: CleanUpList;
  readonly ticked: (key: string, suggested: boolean) => boolean;
  readonly tick: (key: string, on: boolean) => void;
}

/** Images that may go. */
function Candidates({ list, ticked, tick }: ListProps): ReactNode {
  const t = useT();
  const language = useLanguage();
  const now = useNow();
  const index = useApp((state) => state.index);
  const { candidates } = list;
  const on = candidates.filter(({ id, suggested }) => ticked(id, suggested)).length;
  const graph = index?.graph;
  const freesNoLayer = useMemo(() => (graph ? usedByOthers(graph) : () => false), [graph]);
  const nameOf = (id: ImageId | null): string => {
    const image = id === null ? undefined : index?.images.get(id);
    return image ? visibleText(displayName(image)) : '';
  };
  return (
    <section>
      <h3 className="cleanup-head">
        {candidates.length > 1 ? (
          <CheckBox
            checked={on === candidates.length ? true : on === 0 ? false : 'mixed'}
            label={t('cleanup.images')}
            aria-label={t('cleanup.all')}
            onChange={() => candidates.forEach(({ id }) => tick(id, on < candidates.length))}
          />
        ) : (
          t('cleanup.images')
        )}
        <span className="right row legend">
          <span className="row">
            <span className="swatch" style={{ background: 'var(--size-unique)' }} />
            {t('cleanup.frees')}
          </span>
          <span className="row">
            <span className="swatch" style={{ background: 'var(--size-shared)' }} />
            {t('cleanup.stays')}
          </span>
        </span>
      </h3>
      {candidates.length === 0 && <p className="cleanup-none t2">{t('cleanup.nothing')}</p>}
      {candidates.map(({ id, reason, other, lastUsed, suggested }) => {
        const image = index?.images.get(id);
        if (!image) return null;
        const checked = ticked(id, suggested);
        const age =
          lastUsed === null ? t('table.noDate') : formatAge(new Date(lastUsed).toISOString(), now, language);
        const why = freesNoLayer(image)
          ? t('cleanup.freesNothing')
          : t(`cleanup.reason.${reason}`, { name: nameOf(other), age });
        return (
          <div key={id} className={checked ? 'cleanup-item on' : 'cleanup-item'}>
            <CheckBox
              checked={checked}
              label={<ImageName image={image} />}
              onChange={(value) => tick(id, value)}
            />
            <span
              className="num cleanup-bytes"
              {...tip(t('app.bytes', { exact: groupDigits(image.unique) }))}
            >
              {formatBytes(image.unique)}
            </span>
            <div className="f12 t2 cleanup-why">{why}</div>
            <div className="cleanup-bar">
              <SizeBar
                thin
                parts={[
                  { kind: 'unique', bytes: image.unique },
                  { kind: 'shared', bytes: image.shared },
                ]}
              />
            </div>
          </div>
        );
      })}
    </section>
  );
}

/** Caches that are made again when they are needed. */
function Caches({ list, ticked, tick }: ListProps): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { unpacked, interrupted } = list;
  const rows = [
    {
      key: 'unpacked',
      ...unpacked,
      title: t('cleanup.unpacked'),
      what: t('cleanup.unpacked.what', unpacked),
    },
    {
      key: 'interrupted',
      ...interrupted,
      title: t('cleanup.interrupted'),
      what: t('cleanup.interrupted.what', {
        count: interrupted.count,
        since:
          interrupted.since === null ? '' : formatDate(new Date(interrupted.since).toISOString(), language),
      }),
    },
  ].filter(({ count }) => count > 0);
  if (rows.length === 0) return null;
  return (
    <section>
      <h3 className="cleanup-head">{t('cleanup.caches')}</h3>
      {rows.map(({ key, bytes, title, what }) => (
        <div key={key} className={ticked(key, true) ? 'cleanup-item on' : 'cleanup-item'}>
          <CheckBox
            checked={ticked(key, true)}
            label={<span className="m">{title}</span>}
            onChange={(value) => tick(key, value)}
          />
          <span className="num cleanup-bytes" {...tip(t('app.bytes', { exact: groupDigits(bytes) }))}>
            {formatBytes(bytes)}
          </span>
          <div className="f12 t2 cleanup-why">{what}</div>
        </div>
      ))}
    </section>
  );
}

/** What was removed and can still be put back, or freed at once. */
function Removed({ list }: { readonly list: CleanUpList }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const now = useNow();
  const { undoCleanUp, collectGarbage } = useActions();
  if (list.trash.length === 0) return null;
  return (
    <section>
      <h3 className="cleanup-head">
        {t('cleanup.trash')}
        <Button
          size="sm"
          className="right"
          onClick={() => void collectGarbage(list.trash.map(({ id }) => id))}
        >
          {t('cleanup.collect')}
        </Button>
      </h3>
      {list.trash.map(({ id, images, names, removedAt }) => (
        <div key={id} className="cleanup-item">
          {names.length === 0 ? (
            <span className="m ell">{t('cleanup.noNames')}</span>
          ) : (
            <NameInWords
              className="m"
              name={names[0] ?? ''}
              say={(name) => (names.length > 1 ? `${name} +${names.length - 1}` : name)}
              tooltip={shownNames(names, '\n')}
            />
          )}
          <Button size="sm" onClick={() => void undoCleanUp(id)}>
            {t('cleanup.restore')}
          </Button>
          <div className="f12 t2">
            {t('cleanup.trash.what', {
              images,
              age: formatAge(new Date(removedAt).toISOString(), now, language),
            })}
          </div>
        </div>
      ))}
    </section>
  );
}

/** Images that a workspace or a mount holds. */
function Held({ list }: { readonly list: CleanUpList }): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  return (
    <>
      {list.held.map(({ image, by }) => {
        const node = index?.images.get(image);
        return (
          <div key={image} className="cleanup-held">
            <div className="row f12">
              <Icon name="workspace" size={14} />
              <NameInWords
                className="m"
                name={by.map(visibleText).join(', ')}
                say={(name) => t('cleanup.held.workspace', { name })}
              />
            </div>
            <div className="f12 t2 removal-holders">
              {t('cleanup.held.what', { name: node ? visibleText(displayName(node)) : '' })}
            </div>
          </div>
        );
      })}
    </>
  );
}

/** The key figure: what all that is ticked frees, to the byte. */
function Figure({
  preview,
  caches,
}: {
  readonly preview: RemovalPreview;
  readonly caches: number;
}): ReactNode {
  const t = useT();
  const stored = useApp((state) => state.graph?.storedBytes ?? 0);
  const all = preview.freedBytes + caches;
  return (
    <div className="freed num" role="status">
      <div className="row">
        <span className="freed-figure">{formatBytes(all)}</span>
        <span className="f12 t2">
          {t('cleanup.freed')} <span className="m freed-exact selectable">{groupDigits(all)}</span>{' '}
          {t('dialog.remove.bytes')}
        </span>
      </div>
      <div className="f12 t3">
        {t('cleanup.amounts', {
          before: formatBytes(stored),
          after: formatBytes(Math.max(0, stored - preview.freedBytes)),
          caches: caches === 0 ? null : formatBytes(caches),
        })}
      </div>
    </div>
  );
}
