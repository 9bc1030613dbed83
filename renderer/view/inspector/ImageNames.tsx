import type { ReactNode } from 'react';
import { splitName } from '../../../shared/image/reference';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { visibleText } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { canHere, whyNotHere, whyNotNow } from '../../store/sources';
import { Icon } from '../../ui/Icon';
import { useMenu, type MenuEntry } from '../../ui/Menu';
import { Tag } from '../../ui/Tag';
import { tip } from '../../ui/Tooltip';
import { CutText } from '../CutText';
import { useCapped } from './parts';

/** Names in sight until more are asked for. */
const cap = 50;

/** An image's names as tags: those of the first repository without it. A press on one opens its menu. */
export function ImageNames({ image }: { readonly image: ImageNode }): ReactNode {
  const t = useT();
  const { openDialog, copy, untag, save } = useActions();
  const choosesForm = useApp(canHere('form'));
  const refused = useApp((state) => whyNotHere(state, 'write', t));
  const silent = useApp((state) => whyNotNow(state, t));
  const lastStays = useApp((state) => whyNotHere(state, 'lastName', t));
  const format = useApp((state) => state.settings.saveFormat);
  const menu = useMenu(t('inspector.more'));
  const { shown, button } = useCapped(image.names, cap);
  const [first = ''] = image.names;
  const { repository } = splitName(first);
  const entries = (name: string): readonly MenuEntry[] => [
    {
      kind: 'item',
      id: 'copy',
      label: t('inspector.name.copy'),
      icon: 'copy',
      run: () => void copy(visibleText(name)),
    },
    {
      kind: 'item',
      id: 'rename',
      label: t('inspector.name.rename'),
      icon: 'edit',
      disabledReason: refused,
      run: () => openDialog({ kind: 'rename', name }),
    },
    {
      kind: 'item',
      id: 'save',
      label: t('inspector.name.save'),
      icon: 'save',
      disabledReason: silent,
      run: () => (choosesForm ? openDialog({ kind: 'save', what: [name] }) : void save([name], format)),
    },
    { kind: 'rule' },
    {
      kind: 'item',
      id: 'remove',
      label: t('inspector.name.remove'),
      icon: 'close',
      disabledReason: refused ?? (image.names.length > 1 ? null : lastStays),
      run: () => void untag(image.id, name),
    },
  ];
  return (
    <div className="insp-names">
      {shown.map((name) => {
        const own = splitName(name);
        return (
          <Tag
            key={name}
            label={t('inspector.name', { name: visibleText(name) })}
            onClick={(event) => menu.open(event.currentTarget, entries(name))}
          >
            <span className="name-text" {...tip(visibleText(name))}>
              <CutText text={own.repository === repository && own.tag !== '' ? own.tag : name} />
            </span>
          </Tag>
        );
      })}
      {image.names.length === 0 && <span className="f12 t3">{t('inspector.noName')}</span>}
      <Tag
        tone="plain"
        label={t('inspector.tag')}
        disabledReason={refused}
        onClick={() => openDialog({ kind: 'tag', image: image.id })}
      >
        <Icon name="plus" size={12} />
      </Tag>
      {button}
      {menu.element}
    </div>
  );
}
