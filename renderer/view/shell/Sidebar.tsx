import type { ReactNode } from 'react';
import { formatBytes, groupDigits, visibleText } from '../../../shared/text/format';
import { isOpened } from '../../../shared/ipc/placeKinds';
import { useActions, useApp, useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';
import { CheckBox } from '../../ui/Choice';
import { tip } from '../../ui/Tooltip';
import { NameText } from '../NameText';
import { Sources } from './Sources';
import { WorkPlaces } from './WorkPlaces';

const familiesListed = 60;

/** The left pane: where images are, which families and kinds are in sight, and what the store takes on disk. */
export function Sidebar(): ReactNode {
  const t = useT();
  const { toggleFamily, changeSettings, showEverything } = useActions();
  const index = useApp((state) => state.index);
  const opened = useApp((state) => isOpened(state.source));
  const hidden = useApp((state) => state.hiddenFamilies);
  const showDangling = useApp((state) => state.settings.showDangling);
  if (!index || index.graph.images.length === 0) {
    return (
      <aside className="sidebar" aria-label={t('app.sidebar')} data-pane="sidebar">
        <div className="side-scroll scroll">
          <Sources />
          <WorkPlaces />
        </div>
      </aside>
    );
  }
  const { graph, families } = index;
  const dangling = graph.images.filter(({ names }) => names.length === 0).length;
  const { saved } = index.layerBytes;
  const unpacked = graph.sizes === 'unpacked';
  const exact = t('app.bytes', { exact: groupDigits(graph.storedBytes) });
  return (
    <aside className="sidebar" aria-label={t('app.sidebar')} data-pane="sidebar">
      <div className="side-scroll scroll">
        <Sources />
        <section data-stands-for="filters">
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
                    <span className="count num">{groupDigits(family.images.length)}</span>
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
        <section data-stands-for="filters">
          <h2 className="side-head">{t('app.show')}</h2>
          <CheckBox
            className="side-item"
            checked={showDangling}
            onChange={(on) => changeSettings({ showDangling: on })}
            label={
              <>
                <span className="ell">{t('app.show.dangling')}</span>
                <span className="count num">{groupDigits(dangling)}</span>
              </>
            }
          />
        </section>
      </div>
      <div className="side-foot">
        <div className="row f12" {...tip(unpacked ? `${exact}\n${t('source.unpacked.hint')}` : exact)}>
          <span className="m num">{formatBytes(graph.storedBytes)}</span>
          <span className="t3">
            {t(unpacked ? 'source.unpacked' : opened ? 'place.bytes' : 'app.onDisk')}
          </span>
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
