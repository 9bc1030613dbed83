import { useMemo, useState, type ReactNode } from 'react';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import type { Problem } from '../../../shared/image/problem';
import type { ImageId } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import type { FormValues } from '../../store/formValues';
import { useActions, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { Disclosure } from '../../ui/Disclosure';
import { CutText } from '../CutText';
import { NameText } from '../NameText';
import { ProblemNotice } from './NameDialog';

/** Images that have layers of those which are saved, most shared layers first. */
function helpful(graph: ImageGraph | null, saved: readonly ImageNode[]): readonly ImageNode[] {
  const wanted = new Set(saved.flatMap(({ layers }) => layers));
  const ids = new Set(saved.map(({ id }) => id));
  return (graph?.images ?? [])
    .filter(({ id }) => !ids.has(id))
    .map((image) => ({ image, shared: image.layers.filter((layer) => wanted.has(layer)).length }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared)
    .map(({ image }) => image);
}

/** Files that a request may name. */
const mostFiles = 100;

/** What a target has: images of the store, and files that say what else. */
export type Has = Pick<FormValues['save'], 'images' | 'files'>;

/** What the target has already: its layers are left out of the archive. */
export function TargetHas(props: {
  readonly graph: ImageGraph | null;
  readonly saved: readonly ImageNode[];
  readonly has: Has;
  readonly onChange: (has: Partial<Has>) => void;
}): ReactNode {
  const { graph, saved, has, onChange } = props;
  const t = useT();
  const { chooseHeld } = useActions();
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const images = useMemo(() => helpful(graph, saved), [graph, saved]);
  const tick = (id: ImageId, on: boolean): void => {
    const others = has.images.filter((other) => other !== id);
    onChange({ images: on ? [...others, id] : others });
  };
  const add = async (): Promise<void> => {
    const { files, refused } = await chooseHeld();
    setRefused(refused);
    const fresh = files.map((file) => ({ ...file, ticked: true }));
    if (fresh.length > 0) onChange({ files: [...has.files, ...fresh].slice(-mostFiles) });
  };
  return (
    <Disclosure className="target-has" title={t('dialog.save.has')}>
      <p className="t3 f12">{t('dialog.save.has.hint')}</p>
      <ul aria-label={t('dialog.save.has')}>
        {has.files.map((file) => (
          <li key={file.token}>
            <CheckBox
              checked={file.ticked}
              label={<CutText text={file.name} />}
              onChange={(ticked) =>
                onChange({
                  files: has.files.map((other) => (other === file ? { ...file, ticked } : other)),
                })
              }
            />
          </li>
        ))}
        {images.map((image) => (
          <li key={image.id}>
            <CheckBox
              checked={has.images.includes(image.id)}
              label={<NameText name={displayName(image)} weight="" />}
              onChange={(on) => tick(image.id, on)}
            />
          </li>
        ))}
      </ul>
      {refused.map((problem, i) => (
        <ProblemNotice key={i} problem={problem} />
      ))}
      <Button onClick={() => void add()}>{t('dialog.save.has.file')}</Button>
    </Disclosure>
  );
}
