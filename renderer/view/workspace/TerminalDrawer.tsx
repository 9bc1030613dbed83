import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { Splitter } from '../shell/Splitter';

/** Least height of the drawer, and of what stands above it; CSS pixels, as in workspace.css. */
const least = { drawer: 150, above: 160 } as const;

/** The terminals at the foot of a page, with the edge that sets their height. */
export function TerminalDrawer(props: { readonly label: string; readonly children: ReactNode }): ReactNode {
  const { label, children } = props;
  const t = useT();
  const { changeSettings } = useActions();
  const chosen = useApp((state) => state.settings.terminalHeight);
  const drawer = useRef<HTMLElement>(null);
  const [{ height, most }, setSize] = useState<{ readonly height: number; readonly most: number }>({
    height: least.drawer,
    most: least.drawer,
  });
  useLayoutEffect(() => {
    const element = drawer.current;
    const page = element?.parentElement;
    if (!element || !page) return undefined;
    const { style } = document.documentElement;
    const measure = (): void => {
      setSize({
        height: element.offsetHeight,
        most: Math.max(least.drawer, page.clientHeight - least.above),
      });
      // Notices stand above it: what runs in it goes on being seen and pressed.
      style.setProperty(
        '--over-terminals',
        `${page.getBoundingClientRect().bottom - element.getBoundingClientRect().top}px`,
      );
    };
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    watch.observe(page);
    return () => {
      watch.disconnect();
      style.removeProperty('--over-terminals');
    };
  }, []);
  useEffect(() => {
    const { style } = document.documentElement;
    if (chosen === null) style.removeProperty('--terminals-h');
    else style.setProperty('--terminals-h', `${chosen}px`);
  }, [chosen]);
  return (
    <>
      <Splitter
        label={t('terminal.resize')}
        side="bottom"
        // What was chosen is known before it is measured: keys come faster.
        size={chosen === null ? height : Math.min(chosen, most)}
        min={least.drawer}
        max={most}
        onResize={(terminalHeight) => changeSettings({ terminalHeight })}
        onReset={() => changeSettings({ terminalHeight: null })}
      />
      <section ref={drawer} className="terminals" aria-label={label} data-pane="terminal">
        {children}
      </section>
    </>
  );
}
