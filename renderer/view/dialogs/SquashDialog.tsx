import { useState, type ReactNode } from 'react';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { layerTitle } from '../../../shared/graph/layerTitle';
import { ownLayers } from '../../../shared/graph/ownLayer';
import { displayName } from '../../../shared/graph/sharing';
import type { Problem } from '../../../shared/image/problem';
import { describeProblem } from '../../../shared/text/problemText';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { useActions, useApp, useLanguage, useMarks, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { InlineNotice } from '../../ui/InlineNotice';
import { Skeleton } from '../../ui/Skeleton';
import { useReply } from '../useReply';
import { checkName } from './checkName';
import { ProblemNotice } from './NameDialog';

interface Props {
  readonly image: ImageId;
  readonly from: ChainId | null;
}

/** Names of images that are listed as sharing. */
const listed = 4;

/** Merging layers: from which one up, what it gives, what sharing it loses. */
export function SquashDialog({ image, from: start }: Props): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { closeDialog, squash } = useActions();
  const index = useApp((state) => state.index);
  const node = index?.images.get(image);
  const [from, setFrom] = useState<ChainId | null>(start);
  const [name, setName] = useState('');
  const [failed, setFailed] = useState<Problem | null>(null);
  const { value, problem, loading } = useReply('squash.preview', { image, from });
  const images = index?.graph.images ?? [];
  const check = name.trim() === '' ? null : checkName(name, images, image);
  const trouble = check && !check.ok ? describeProblem(check.problem, language).explanation : null;
  const can = value !== null && !problem && trouble === null;
  const submit = (): void => {
    if (!can) return;
    const named = check?.ok ? check : null;
    void squash(image, from, named?.name ?? null, named?.holder?.id ?? null).then((found) => {
      if (found) setFailed(found);
      else closeDialog();
    });
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
        <label className="field">
          <span>{t('squash.from')}</span>
          <select
            className="select"
            value={from ?? ''}
            onChange={(event) => setFrom((event.target.value || null) as ChainId | null)}
          >
            <option value="">{t('squash.all')}</option>
            {layers.slice(1, -1).map(({ chainId, createdBy }, i) => (
              <option key={chainId} value={chainId}>
                {t('squash.fromLayer', {
                  count: i + 2,
                  name: visibleText(layerTitle(createdBy).title).slice(0, 60),
                })}
              </option>
            ))}
          </select>
        </label>
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
        <Field
          label={t('squash.name')}
          value={name}
          mono
          hint={check?.ok ? t('dialog.name.full', { name: check.full }) : t('commit.nameHint')}
          trouble={trouble}
          onChange={setName}
        />
        {check?.ok && check.holder && (
          <InlineNotice tone="warn">
            {t('dialog.name.moves', {
              name: visibleText(check.name),
              from: check.holder.id.slice(7, 19),
              dangling: check.holder.names.length === 1,
            })}
          </InlineNotice>
        )}
        {failed && <ProblemNotice problem={failed} />}
      </div>
    </Dialog>
  );
}
