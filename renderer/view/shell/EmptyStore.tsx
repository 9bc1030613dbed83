import { useEffect, useState, type ReactNode } from 'react';
import { isEngine, isHome } from '../../../shared/ipc/placeKinds';
import { useActions, useApp, useT } from '../../store/hooks';
import { answers } from '../../store/sources';
import { visibleText } from '../../../shared/text/format';
import { Button } from '../../ui/Button';
import { Icon, type IconName } from '../../ui/Icon';
import { useMenu } from '../../ui/Menu';
import { sourceIcon } from '../sourceIcon';
import { addMenu } from './sourceMenu';

/** The first start: the ways in, over a horizon of quiet strata, and nothing else. */
export function EmptyStore(): ReactNode {
  const t = useT();
  const act = useActions();
  const { chooseAndLoad, loadSamples, showSource } = act;
  const menu = useMenu(t('source.add'));
  const sources = useApp((state) => state.sources);
  const others = sources.filter((each) => !isHome(each.id) && answers(each));
  const busy = useApp((state) => state.operations.some(({ status }) => status === 'running'));
  return (
    <main className="empty-store" data-pane="main">
      <div className="empty-ways">
        <h2>{t('app.empty.title')}</h2>
        <div className="ways">
          <Way icon="archive" title={t('app.empty.drop')} hint={t('app.empty.drop.hint')}>
            <Button variant="primary" autoFocus onClick={() => void chooseAndLoad()}>
              {t('app.empty.choose')}
            </Button>
          </Way>
          {others.map(({ id, kind, name, state, images }) => (
            <Way
              key={id}
              icon={sourceIcon[kind]}
              title={t('source.look', { name: visibleText(name) })}
              hint={
                state === 'unread'
                  ? t('place.unread.hint')
                  : t(isEngine(id) ? 'source.look.hint' : 'place.look.hint', { images: images ?? 0 })
              }
            >
              <Button onClick={() => void showSource(id)}>{t('source.look.open')}</Button>
            </Way>
          ))}
          <Way icon="plus" title={t('source.add')} hint={t('app.empty.add.hint')}>
            <Button
              aria-haspopup="menu"
              aria-expanded={menu.isOpen}
              onClick={(event) => menu.open(event.currentTarget, addMenu(act, t), 'below-end')}
            >
              {t('dialog.engine.do')}
            </Button>
            {menu.element}
          </Way>
          <Way icon="store" title={t('app.empty.samples')} hint={t('app.empty.samples.hint')}>
            <Button disabled={busy} onClick={() => void loadSamples()}>
              {t('app.empty.samples.load')}
            </Button>
          </Way>
        </div>
      </div>
      <Horizon />
    </main>
  );
}

interface WayProps {
  readonly icon: IconName;
  readonly title: string;
  readonly hint: string;
  readonly children: ReactNode;
}

function Way({ icon, title, hint, children }: WayProps): ReactNode {
  return (
    <div className="way">
      <span className="way-icon">
        <Icon name={icon} />
      </span>
      <div>
        <div className="m">{title}</div>
        <div className="f12 t2">{hint}</div>
      </div>
      {children}
    </div>
  );
}

const strata = [3, 2, 1, 5, 11] as const;

/** A cut through the ground at the foot of the window: waves of the lineage colours, each with its texture. */
function Horizon(): ReactNode {
  const [width, setWidth] = useState(innerWidth);
  useEffect(() => {
    const read = (): void => setWidth(innerWidth);
    window.addEventListener('resize', read);
    return () => window.removeEventListener('resize', read);
  }, []);
  const big = width >= 1600;
  const height = big ? 310 : 168;
  const wave = (base: number, phase: number, length: number): string => {
    const swell = big ? 10 : 7;
    let path = '';
    for (let x = 0; x <= width + 20; x += 20) {
      const y =
        base +
        Math.sin(x / length + phase) * swell +
        Math.sin(x / (length * 0.43) + phase * 2) * swell * 0.35;
      path += `${x === 0 ? 'M' : 'L'}${x} ${y.toFixed(1)}`;
    }
    return `${path}L${width + 20} ${height}L0 ${height}Z`;
  };
  return (
    <svg className="horizon" width={width} height={height} aria-hidden="true">
      <defs>
        <pattern id="horizon-0" width="10" height="10" patternUnits="userSpaceOnUse">
          <circle cx="2.5" cy="2.5" r="1" fill="var(--lin-texture)" />
          <circle cx="7.5" cy="7.5" r="1" fill="var(--lin-texture)" />
        </pattern>
        <pattern id="horizon-1" width="16" height="8" patternUnits="userSpaceOnUse">
          <path d="M1 2h7M9 6h7" stroke="var(--lin-texture)" />
        </pattern>
        <pattern id="horizon-2" width="28" height="14" patternUnits="userSpaceOnUse">
          <path d="M0 .5h28M0 7.5h28M5 .5v7M19 7.5v7" stroke="var(--lin-texture)" fill="none" />
        </pattern>
        <pattern id="horizon-3" width="8" height="8" patternUnits="userSpaceOnUse">
          <path d="M-2 10 10-2M-2 2 2-2M6 10l4-4" stroke="var(--lin-texture)" />
        </pattern>
      </defs>
      {strata.map((colour, i) => {
        const path = wave(height * (0.18 + i * 0.17), i * 1.3 + 0.4, 260 - i * 18);
        return (
          <g key={colour}>
            <path d={path} fill={`var(--lin-${colour}-fill)`} />
            <path d={path} fill={`url(#horizon-${i % 4})`} />
          </g>
        );
      })}
    </svg>
  );
}
