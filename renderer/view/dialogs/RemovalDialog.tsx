import { useMemo, useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import type { RemovalPreview } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, groupDigits, visibleText } from '../../../shared/text/format';
import type { MountInfo, WorkspaceInfo } from '../../../shared/ipc/workspace';
import { isHome } from '../../../shared/ipc/placeKinds';
import { undoTime } from '../../../shared/ipc/undoTime';
import { currentSource, sourceName } from '../../store/sources';
import { keptName } from '../../store/operationText';
import { appState, currentActions, useActions, useApp, useMarks, useStanding, useT } from '../../store/hooks';
import type { ConfirmingDialog, DialogState } from '../../store/state';
import { Button } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { InlineNotice } from '../../ui/InlineNotice';
import { Skeleton } from '../../ui/Skeleton';
import { useCalm } from '../../ui/useCalm';
import { useReply, type Awaited } from '../useReply';
import { closeFirst } from '../workspace/closeFirst';
import { ProblemNotice } from './NameDialog';
import { RemovalFrees, RemovalGoes, RemovalStays } from './RemovalLists';

/** Images in use that are named. */
const skippedShown = 8;

/** What the place is called that something is deleted from; null for the store. */
function useElsewhere(): string | null {
  const t = useT();
  const place = useApp(currentSource);
  return place === undefined || isHome(place.id) ? null : sourceName(place, t);
}

/** Deletes images or takes names away, after it has said exactly what goes and what stays. */
export function RemoveDialog({
  images,
  names,
  refused,
}: Extract<DialogState, { kind: 'remove' }>): ReactNode {
  const t = useT();
  const { remove } = useActions();
  const standing = useStanding();
  const index = useApp((state) => state.index);
  const source = useApp((state) => state.source);
  const mounts = useApp((state) => state.mounts);
  const workspaces = useApp((state) => state.workspaces);
  // Who holds an image is told anew when workspaces and mounts come or go.
  const holders = [...mounts.map(({ id }) => id), ...workspaces.map(({ name }) => name)].join('/');
  const preview = useReply('images.previewRemoval', { source, images, names }, `${standing} ${holders}`);
  const place = useElsewhere();
  const going = preview.value?.images;
  const [first] = going ?? images.map((id) => ({ id, names: index?.images.get(id)?.names ?? [] }));
  const count = going?.length ?? images.length;
  const title =
    first === undefined
      ? t('dialog.remove.titleNames', { names: names.length, name: visibleText(names[0] ?? ''), place })
      : t('dialog.remove.title', { images: count, name: visibleText(displayName(first)), place });
  return (
    <RemovalDialog
      title={title}
      refused={refused}
      preview={preview}
      selected={images.length === 0 ? null : images}
      nothing={t('dialog.remove.nothing')}
      action={(value) =>
        t('dialog.remove.button', { images: value.images.length, names: value.untagged.length })
      }
      onConfirm={(shown, force) => void remove(images, names, shown, force)}
    />
  );
}

/** Deletes every image without a name. */
export function PruneDialog({ refused }: Pick<ConfirmingDialog, 'refused'>): ReactNode {
  const t = useT();
  const { prune } = useActions();
  const standing = useStanding();
  const source = useApp((state) => state.source);
  const place = useElsewhere();
  const preview = useReply('images.previewPrune', { source }, standing);
  return (
    <RemovalDialog
      title={t('dialog.prune.title', { place })}
      refused={refused}
      preview={preview}
      selected={null}
      nothing={t((preview.value?.skipped ?? []).length > 0 ? 'dialog.prune.used' : 'dialog.prune.nothing')}
      action={(value) => t('dialog.prune.button', { images: value.images.length })}
      onConfirm={(shown) => void prune(shown)}
    />
  );
}

interface Props extends Pick<ConfirmingDialog, 'refused'> {
  readonly title: string;
  readonly preview: Awaited<RemovalPreview>;
  /** What the person picked; null when nothing beyond it can go. */
  readonly selected: readonly ImageId[] | null;
  readonly nothing: string;
  readonly action: (value: RemovalPreview) => string;
  /** With what was shown at that moment. */
  readonly onConfirm: (shown: RemovalPreview, force: boolean) => void;
}

function RemovalDialog({ title, refused, preview, selected, nothing, action, onConfirm }: Props): ReactNode {
  const t = useT();
  const { closeDialog } = useActions();
  const { value, problem, loading, again } = preview;
  const graphSource = useApp((state) => state.graph?.source);
  const [force, setForce] = useState(false);
  const used = value?.containers ?? [];
  const active = used.some((use) => use.active);
  // Podman would remove the containers, too: there is no force that anybody could want.
  const canForce = graphSource?.kind === 'engine' && graphSource.engine === 'docker' && !active;
  const blocked = used.length > 0 && !(canForce && force);
  const empty = value !== null && value.images.length === 0 && value.untagged.length === 0;
  const heldBy = useHolders(value);
  // What is confirmed is what is shown: while it is worked out again the button waits.
  const calm = useCalm(useMemo(() => value && JSON.stringify(value), [value]));
  const ready = value !== null && !empty && !loading && problem === null && calm;
  const wide = value !== null && value.images.length > 0;
  return (
    <Dialog
      title={title}
      role="alertdialog"
      width={wide ? 760 : 460}
      closeLabel={t('app.close')}
      onClose={closeDialog}
      footer={
        <>
          <div className="grow">{value && !empty && <Freed preview={value} />}</div>
          <Button autoFocus onClick={closeDialog}>
            {t('operation.cancel')}
          </Button>
          <Button
            variant="danger"
            disabledReason={
              empty
                ? nothing
                : blocked
                  ? t(active ? 'dialog.remove.used.stop' : 'dialog.remove.used.remove')
                  : heldBy.stuck
                    ? t('dialog.remove.held.first')
                    : null
            }
            disabled={!ready}
            onClick={() => {
              closeDialog();
              if (value) unmountFirst(heldBy.mounts, () => onConfirm(value, force));
            }}
          >
            {value && !empty
              ? heldBy.mounts.length > 0 && !heldBy.stuck
                ? t('dialog.remove.held.unmount', { images: value.images.length })
                : action(value)
              : t('dialog.remove.plain')}
          </Button>
        </>
      }
    >
      <div className="dialog-stack" aria-busy={loading}>
        {refused && <ProblemNotice problem={refused} />}
        {problem && <ProblemNotice problem={problem} again={again} />}
        {!value && !problem && <Skeleton rows={4} label={t('dialog.remove.reading')} />}
        {empty && <p className="t2">{nothing}</p>}
        {value && <Skipped images={value.skipped ?? []} />}
        {value && !empty && (
          <>
            <Holders held={value.held ?? []} {...heldBy} />
            {used.length > 0 && (
              <InlineNotice tone="warn">
                {t('dialog.remove.used', { names: containerList(used) })}{' '}
                {t(active ? 'dialog.remove.used.stop' : 'dialog.remove.used.remove')}
                {canForce && (
                  <CheckBox checked={force} onChange={setForce} label={t('dialog.remove.force')} />
                )}
              </InlineNotice>
            )}
            {/* Before the lists: below them a long one would hide whether what goes comes back. */}
            {graphSource?.kind !== 'engine' ? (
              <InlineNotice tone="plain">
                {t('dialog.remove.back', { minutes: Math.round(undoTime / 60_000) })}
              </InlineNotice>
            ) : (
              wide && <InlineNotice tone="plain">{t('dialog.remove.backEngine')}</InlineNotice>
            )}
            <div className={wide ? 'removal two' : 'removal'}>
              <RemovalGoes preview={value} selected={selected} />
              {wide && (
                <div className="removal-layers">
                  <RemovalFrees preview={value} />
                  <RemovalStays preview={value} />
                </div>
              )}
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** What is in the way of a removal. */
interface HeldBy {
  readonly mounts: readonly MountInfo[];
  readonly workspaces: readonly WorkspaceInfo[];
  /** It cannot be put out of the way here. */
  readonly stuck: boolean;
}

/** The mounts and workspaces that use images of a preview. */
function useHolders(preview: RemovalPreview | null): HeldBy {
  const mounts = useApp((state) => state.mounts);
  const workspaces = useApp((state) => state.workspaces);
  const held = preview?.held ?? [];
  const has = ({ image }: { readonly image: string }): boolean => held.some(({ id }) => id === image);
  const found = { mounts: mounts.filter(has), workspaces: workspaces.filter(has) };
  const isFreed = held.every(({ id }) => found.mounts.some(({ image }) => image === id));
  return { ...found, stuck: found.workspaces.length > 0 || !isFreed };
}

/** Unmounts one after the other, over our own terminals where the person agrees, then goes on; not where one stays. */
function unmountFirst(mounts: readonly MountInfo[], go: () => void): void {
  const [first, ...more] = mounts;
  if (!first) return go();
  const unmount = async (): Promise<void> => {
    await currentActions().unmount(first.id);
    if (appState().mounts.every(({ id }) => id !== first.id)) unmountFirst(more, go);
  };
  void closeFirst({ mount: first.id }, 'unmount', first.name, () => void unmount());
}

/** Who holds the images that are to go, and the way out. */
function Holders({
  held,
  workspaces,
}: HeldBy & { readonly held: NonNullable<RemovalPreview['held']> }): ReactNode {
  const t = useT();
  const comma = useMarks().listed;
  const { openDialog } = useActions();
  if (held.length === 0) return null;
  return (
    <InlineNotice
      tone="warn"
      actions={workspaces.slice(0, skippedShown).map(({ name }) => (
        <Button key={name} size="sm" onClick={() => openDialog({ kind: 'removeWorkspace', name })}>
          {t('dialog.remove.held.workspace', { name: visibleText(name) })}
        </Button>
      ))}
    >
      {held.slice(0, skippedShown).map((image) => (
        <p key={image.id}>
          {t('dialog.remove.held', {
            name: visibleText(displayName(image)),
            users: image.usedBy.map(visibleText).join(comma),
          })}
        </p>
      ))}
    </InlineNotice>
  );
}

/** Images that a prune would take, and what they are in use by. */
function Skipped({ images }: { readonly images: NonNullable<RemovalPreview['skipped']> }): ReactNode {
  const t = useT();
  const comma = useMarks().listed;
  return images.slice(0, skippedShown).map((image) => (
    <p key={image.id} className="t2">
      {t('dialog.prune.stays', {
        name: visibleText(displayName(image)),
        users: image.usedBy.map(visibleText).join(comma),
      })}
    </p>
  ));
}

/** Names of containers with their states: `web-1 (running), job (exited)`; the first ones where there are many. */
function containerList(used: RemovalPreview['containers']): string {
  const names = used.slice(0, 12).map(({ name, state }) => visibleText(`${name} (${state})`));
  return used.length > names.length ? `${names.join(', ')}, …` : names.join(', ');
}

/** The key figure: what is freed, to the byte. */
function Freed({ preview }: { readonly preview: RemovalPreview }): ReactNode {
  const t = useT();
  const stored = useApp((state) => state.graph?.storedBytes ?? 0);
  const unpacked = useApp((state) => state.graph?.sizes === 'unpacked');
  const { freedBytes } = preview;
  if (preview.keptFor)
    return (
      <div className="t2 f12 selectable" role="status">
        {t('dialog.remove.keptFor', { name: keptName(preview.keptFor) })}
      </div>
    );
  if (freedBytes === 0) return <div className="t2 f12">{t('dialog.remove.freedNothing')}</div>;
  return (
    <div className="freed num" role="status">
      <div className="row">
        <span className="freed-figure">{formatBytes(freedBytes)}</span>
        <span className="f12 t2">
          {t('dialog.remove.freed')}{' '}
          <span className="m freed-exact selectable">{groupDigits(freedBytes)}</span>{' '}
          {t('dialog.remove.bytes')}
        </span>
      </div>
      <div className="f12 t3">
        {t(unpacked ? 'dialog.remove.engine' : 'dialog.remove.store', {
          before: formatBytes(stored),
          after: formatBytes(Math.max(0, stored - freedBytes)),
        })}
      </div>
    </div>
  );
}
