import type { ReactNode } from 'react';
import { formatBytes, groupDigits, visibleText } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';
import { CheckBox } from '../../ui/Choice';
import { Icon } from '../../ui/Icon';
import { tip } from '../../ui/Tooltip';
import { NameText } from '../NameText';
import { WorkPlaces } from './WorkPlaces';

const familiesListed = 60;

/** The left pane: where images are, which families and kinds are in sight, and what the store takes on disk. */
export function Sidebar(): ReactNode {
  const t = useT();
  const { toggleFamily, changeSettings, showEverything, openPage } = useActions();
  const onImages = useApp((state) => state.page.kind === 'images');
  const index = useApp((state) => state.index);
  const hidden = useApp((state) => state.hiddenFamilies);
  const showDangling = useApp((state) => state.settings.showDangling);
  const storePath = useApp((state) => state.start?.storePath ?? '');
  if (!index) return null;
  const { graph, families } = index;
  const dangling = graph.images.filter(({ names }) => names.length === 0).length;
  const saved = graph.unsharedBytes - graph.storedBytes;
  return (
    <aside className="sidebar" aria-label={t('app.sidebar')} data-pane="sidebar">
      <div className="side-scroll scroll">
        <section>
          <h2 className="side-head">{t('app.sources')}</h2>
          <button
            type="button"
            className={onImages ? 'side-item on' : 'side-item'}
            aria-current={onImages}
            onClick={() => openPage({ kind: 'images' })}
            {...tip(storePath)}
          >
            <Icon name="store" />
            <span className="ell">{t('app.store')}</span>
            <span className="count num">{graph.images.length}</span>
          </button>
        </section>
        <section>
          <h2 className="side-head">
            {t('app.families')}
            {hidden.size > 0 && (
              <button type="button" className="link-btn right" onClick={showEverything}>
                {t('app.families.all')}
              </button>
            )}
          </h2>
          {families.slice(0, familiesListed).map((family) => {
            const name = family.key === '' ? t('app.family.noLayers') : visibleText(family.name);
            return (
              <CheckBox
                key={family.key}
                className="side-item"
                checked={!hidden.has(family.key)}
                colour={`var(--lin-${family.colour})`}
                onChange={() => toggleFamily(family.key)}
                label={
                  <>
                    <NameText name={name} weight="" tooltip={`${name}\n${formatBytes(family.bytes)}`} />
                    <span className="count num">{family.images.length}</span>
                  </>
                }
              />
            );
          })}
          {families.length > familiesListed && (
            <div className="side-item t3">
              {t('graph.hover.more', { count: families.length - familiesListed })}
            </div>
          )}
        </section>
        <WorkPlaces />
        <section>
          <h2 className="side-head">{t('app.show')}</h2>
          <CheckBox
            className="side-item"
            checked={showDangling}
            onChange={(on) => changeSettings({ showDangling: on })}
            label={
              <>
                <span className="ell">{t('app.show.dangling')}</span>
                <span className="count num">{dangling}</span>
              </>
            }
          />
        </section>
      </div>
      <div className="side-foot">
        <div className="row f12" {...tip(t('app.bytes', { exact: groupDigits(graph.storedBytes) }))}>
          <span className="m num">{formatBytes(graph.storedBytes)}</span>
          <span className="t3">{t('app.onDisk')}</span>
        </div>
        <SizeBar
          parts={[
            { kind: 'unique', bytes: graph.storedBytes },
            { kind: 'saved', bytes: saved },
          ]}
        />
        <div className="f11 t3 num">
          {saved > 0 ? t('app.sharingSaves', { size: formatBytes(saved) }) : t('app.sharingNone')}
        </div>
      </div>
    </aside>
  );
}
