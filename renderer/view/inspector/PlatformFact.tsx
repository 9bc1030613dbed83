import type { ReactNode } from 'react';
import { platformText } from '../../../shared/image/platform';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { ImageDetail } from '../../../shared/ipc/detail';
import { visibleName } from '../../../shared/text/format';
import { useActions, useT } from '../../store/hooks';
import { Icon } from '../../ui/Icon';
import { useMenu, type MenuEntry } from '../../ui/Menu';
import { Fact } from './parts';
import { platformsHere } from './platformsHere';

type Platforms = ImageDetail['platforms'];

interface Props {
  readonly image: ImageNode;
  /** What the image's index offers; empty until it is known. */
  readonly platforms: Platforms;
}

/** An image's platform; where its index offers several, a menu that goes from one to the other. */
export function PlatformFact({ image, platforms }: Props): ReactNode {
  const t = useT();
  const { revealImage } = useActions();
  const menu = useMenu(t('inspector.platforms'));
  const own = visibleName(platformText(image));
  const { here, absent } = platformsHere(platforms);
  const entries = (): readonly MenuEntry[] =>
    here.map((each): MenuEntry => ({
      kind: 'item',
      id: each.manifest,
      label: visibleName(each.platform),
      checked: each.image === image.id,
      run: () => each.image !== null && revealImage(each.image),
    }));
  return (
    <Fact label={t('inspector.platform')}>
      {here.length > 1 ? (
        <button
          type="button"
          className="insp-disclose"
          aria-haspopup="menu"
          aria-label={t('inspector.platforms.of', { platform: own, count: here.length })}
          onClick={(event) => menu.open(event.currentTarget, entries())}
        >
          <span className="insp-wrap">{own}</span>
          <span className="t3 insp-fixed">{t('inspector.platforms.count', { count: here.length })}</span>
          <Icon name="chevronDown" size={12} />
        </button>
      ) : own === '' ? (
        <span className="t3">{t('table.noDate')}</span>
      ) : (
        <span className="insp-wrap selectable">{own}</span>
      )}
      {absent > 0 && (
        <span className="t3 insp-wrap">{t('inspector.platforms.absent', { count: absent })}</span>
      )}
      {menu.element}
    </Fact>
  );
}
