import { useId, type ReactNode } from 'react';
import { ownLayers } from '../../../shared/graph/ownLayer';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import { squashForm } from '../../store/forms';
import { useActions, useApp, useForm, useLanguage, useMarks, useT } from '../../store/hooks';
import type { DialogOf } from '../../store/state';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { InlineNotice } from '../../ui/InlineNotice';
import { Select } from '../../ui/Select';
import { Skeleton } from '../../ui/Skeleton';
import { useReply } from '../useReply';
import { ProblemNotice } from './NameDialog';
import { NewImageName, useNewName } from './NewImageName';
import { useSubmit } from './useSubmit';

/** Names of images that are listed as sharing. */
const listed = 4;

/** Merging layers: from which one up, what it gives, what sharing it loses. */
export function SquashDialog(dialog: DialogOf<'squash'>): ReactNode {
  const { image } = dialog;
  const t = useT();
  const language = useLanguage();
  const { closeDialog, squash } = useActions();
  const index = useApp((state) => state.index);
  const node = index?.images.get(image);
  const fromLabel = useId();
  const [{ from, name }, fillIn] = useForm(squashForm(dialog), { from: dialog.from, name: '' });
  const { busy, failed, submit: begin } = useSubmit();
  const { value, problem, loading } = useReply('squash.preview', { image, from });
  const named = useNewName(image, name, (text) => fillIn({ name: text }));
  const can = value !== null && !problem && named.trouble === null && !busy;
  const submit = (): void => {
    if (can) begin(() => squash(dialog, from, named.name, named.holder));
  };
  const layers = node && index ? ownLayers(node, index.layers) : [];
  const comma = useMarks().listed;
  return (
    <Dialog
      title={t('squash.title', { name: node ? visibleText(displayName(node)) : '' })}
      closeLabel={t('app.close')}
      width={500}
      onClose={closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={closeDialog}>{t('operation.cancel')}</Button>
          <Button variant="primary" type="submit" disabled={!can}>
            {t('squash.do')}
          </Button>
        </>
      }
    >
      <div className="dialog-stack">
        <p className="t2">{t('squash.what')}</p>
        <div className="field">
          <span id={fromLabel} className="field-label">
            {t('squash.from')}
          </span>
          <Select
            labelledBy={fromLabel}
            value={from ?? ''}
            onChange={(value) => fillIn({ from: value || null })}
            options={[
              { value: '', label: t('squash.all') },
              ...layers.slice(1, -1).map((layer, i) => ({
                value: layer.chainId,
                label: t('squash.fromLayer', { count: i + 2, name: titleOf(layer, t).slice(0, 60) }),
              })),
            ]}
          />
        </div>
        {problem && <ProblemNotice problem={problem} />}
        {!value && loading && <Skeleton rows={1} label={t('workspace.loading')} />}
        {value && !problem && (
          <InlineNotice tone={value.sharedBytes > 0 ? 'warn' : 'plain'}>
            {t('squash.result', {
              count: value.layers,
              size: formatBytes(value.bytes),
              kept: formatBytes(value.keptBytes),
            })}
            {language === 'en' ? ' ' : ''}
            {value.sharedBytes > 0
              ? t('squash.lost', {
                  size: formatBytes(value.sharedBytes),
                  names:
                    value.sharedWith.slice(0, listed).map(visibleText).join(comma) +
                    (value.sharedWith.length > listed ? `${comma}…` : ''),
                })
              : t('squash.nothingLost')}
          </InlineNotice>
        )}
        <NewImageName {...named} />
        {failed && <ProblemNotice problem={failed} />}
      </div>
    </Dialog>
  );
}
