import { useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { home } from '../../../shared/ipc/placeKinds';
import { visibleText } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { RadioGroup } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import { Skeleton } from '../../ui/Skeleton';
import { NameText } from '../NameText';
import { useGraphOf } from '../useGraphOf';
import { ProblemNotice } from './NameDialog';

/** Images that are listed; the field leaves fewer. */
const listed = 100;

/** The images that are most like one first: the same name, the same repository, the most layers in common. */
function likest(image: ImageNode, images: readonly ImageNode[]): readonly ImageNode[] {
  const names = new Set(image.names);
  const layers = new Set(image.layers);
  const likeness = ({ names: others, layers: own }: ImageNode): number =>
    (others.some((name) => names.has(name)) ? 1_000_000 : 0) + own.filter((each) => layers.has(each)).length;
  return images
    .map((each) => ({ each, like: likeness(each) }))
    .sort((a, b) => b.like - a.like)
    .map(({ each }) => each);
}

/** Asks which image of the store an image of another place is compared with. */
export function CompareHomeDialog({ image: id }: { readonly image: ImageId }): ReactNode {
  const t = useT();
  const { closeDialog, openPage } = useActions();
  const image = useApp((state) => state.index?.images.get(id));
  const { read, problem } = useGraphOf(home);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ImageId | null>(null);
  if (!image) return null;
  const isEmpty = read?.graph.images.length === 0;
  const wanted = text.trim().toLowerCase();
  const found = likest(image, read?.graph.images ?? []).filter((each) =>
    [each.id, ...each.names].some((word) => word.toLowerCase().includes(wanted)),
  );
  const second = found.find((each) => each.id === chosen)?.id ?? found[0]?.id;
  const compare = (): void => {
    if (second === undefined) return;
    closeDialog();
    openPage({ kind: 'compare', first: id, second, other: home });
  };
  return (
    <Dialog
      title={t('place.compare.title', { name: visibleText(displayName(image)) })}
      onClose={closeDialog}
      closeLabel={t('app.close')}
      onSubmit={compare}
      footer={
        <>
          <Button onClick={closeDialog}>{t('operation.cancel')}</Button>
          <Button variant="primary" type="submit" disabled={second === undefined}>
            {t('place.compare.do')}
          </Button>
        </>
      }
    >
      {problem && <ProblemNotice problem={problem} />}
      {isEmpty && <p className="t2">{t('place.compare.empty')}</p>}
      {!isEmpty && !problem && (
        <>
          <TextInput
            icon="search"
            autoFocus
            value={text}
            onChange={setText}
            placeholder={t('place.compare.with')}
            aria-label={t('place.compare.with')}
          />
          {!read && <Skeleton rows={4} label={t('app.loading')} />}
          {read && found.length === 0 && (
            <p className="t3">{t('app.noMatch', { text: visibleText(text) })}</p>
          )}
          <div className="compare-home scroll">
            <RadioGroup<string>
              name="compare-home"
              label={t('place.compare.with')}
              value={second ?? ''}
              onChange={(value) => setChosen(value as ImageId)}
              options={found.slice(0, listed).map((each) => ({
                value: each.id,
                label: <NameText name={displayName(each)} weight="" />,
              }))}
            />
          </div>
        </>
      )}
    </Dialog>
  );
}
