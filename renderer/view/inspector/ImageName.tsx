import type { ReactNode } from 'react';
import { shortDigest, type ImageId } from '../../../shared/image/digest';
import { platformTwins } from '../../../shared/graph/platformTwins';
import { visibleName } from '../../../shared/text/format';
import { useApp, useT } from '../../store/hooks';
import { tip } from '../../ui/Tooltip';
import { NameText } from '../NameText';

interface Props {
  readonly image: { readonly id: ImageId; readonly names: readonly string[] };
}

/**
 * How people know an image: repository and tag, of which only the repository is cut, and the platform where the name stands
 * for several; a dangling one by its short ID.
 */
export function ImageName({ image }: Props): ReactNode {
  const t = useT();
  const twin = useApp(({ graph }) => (graph ? platformTwins(graph.images).get(image.id) : undefined));
  const [name] = image.names;
  if (name === undefined) {
    return (
      <span className="image-name" {...tip(image.id)}>
        <span className="dangling">{t('table.dangling')}</span>
        <span className="mono f11 t3">{shortDigest(image.id)}</span>
      </span>
    );
  }
  if (twin === undefined) return <NameText name={name} />;
  return (
    <span className="image-name">
      <NameText name={name} />
      <span className="f11 t3 image-platform">{visibleName(twin)}</span>
    </span>
  );
}
