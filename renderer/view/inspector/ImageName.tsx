import type { ReactNode } from 'react';
import { shortDigest, type ImageId } from '../../../shared/image/digest';
import { splitName } from '../../../shared/image/reference';
import { visibleText } from '../../../shared/text/format';
import { useT } from '../../store/hooks';
import { tip } from '../../ui/Tooltip';

interface Props {
  readonly image: { readonly id: ImageId; readonly names: readonly string[] };
}

/** How people know an image: repository and tag, of which only the repository is cut; a dangling one by its short ID. */
export function ImageName({ image }: Props): ReactNode {
  const t = useT();
  const [name] = image.names;
  if (name === undefined) {
    return (
      <span className="image-name" {...tip(image.id)}>
        <span className="dangling">{t('table.dangling')}</span>
        <span className="mono f11 t3">{shortDigest(image.id)}</span>
      </span>
    );
  }
  const { repository, tag } = splitName(name);
  return (
    <span className="image-name joined" {...tip(visibleText(name))}>
      <span className="m ell">{visibleText(repository)}</span>
      {tag !== '' && (
        <span className="image-tag">{`${name.includes('@') ? '@' : ':'}${visibleText(tag)}`}</span>
      )}
    </span>
  );
}
