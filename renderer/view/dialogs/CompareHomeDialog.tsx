import { useMemo, useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { fromTo } from '../../../shared/graph/comparedOrder';
import { likestImages } from '../../../shared/graph/likestImages';
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

/** Asks which image of the store an image of another place is compared with. */
export function CompareHomeDialog({ image: id }: { readonly image: ImageId }): ReactNode {
  const t = useT();
  const { closeDialog, openPage } = useActions();
  const image = useApp((state) => state.index?.images.get(id));
  const { read, problem } = useGraphOf(home);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ImageId | null>(null);
  const images = read?.graph.images;
  // Of ten thousand images not at every key.
  const ordered = useMemo(() => (image && images ? likestImages(image, images) : []), [image, images]);
  if (!image) return null;
  const isEmpty = read?.graph.images.length === 0;
  const wanted = text.trim().toLowerCase();
  const found = ordered.filter((each) =>
    [each.id, ...each.names].some((word) => word.toLowerCase().includes(wanted)),
  );
  const second = found.find((each) => each.id === chosen)?.id ?? found[0]?.id;
  const compare = (): void => {
    if (second === undefined) return;
    const there = found.find((each) => each.id === second);
    closeDialog();
    if (there && fromTo(image, there)[0] === there)
      openPage({ kind: 'compare', first: second, second: id, from: home });
    else openPage({ kind: 'compare', first: id, second, other: home });
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
