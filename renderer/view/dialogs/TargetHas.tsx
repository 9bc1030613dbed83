import { useMemo, type ReactNode } from 'react';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import type { ImageId } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import { visibleText } from '../../../shared/text/format';
import { useT } from '../../store/hooks';
import { CheckBox } from '../../ui/Choice';

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

/** Which images the target has already: their layers are left out of the archive. Nothing where none would help. */
export function TargetHas(props: {
  readonly graph: ImageGraph | null;
  readonly saved: readonly ImageNode[];
  readonly chosen: readonly ImageId[];
  readonly onChange: (chosen: readonly ImageId[]) => void;
}): ReactNode {
  const { graph, saved, chosen, onChange } = props;
  const t = useT();
  const images = useMemo(() => helpful(graph, saved), [graph, saved]);
  if (images.length === 0) return null;
  return (
    <details className="target-has">
      <summary>{t('dialog.save.has')}</summary>
      <p className="t3 f12">{t('dialog.save.has.hint')}</p>
      <ul aria-label={t('dialog.save.has')}>
        {images.map((image) => (
          <li key={image.id}>
            <CheckBox
              checked={chosen.includes(image.id)}
              label={<span className="ell">{visibleText(displayName(image))}</span>}
              onChange={(on) => onChange(on ? [...chosen, image.id] : chosen.filter((id) => id !== image.id))}
            />
          </li>
        ))}
      </ul>
    </details>
  );
}
