import { useEffect } from 'react';
import { useApp } from '../store/hooks';

/** Puts theme, density and language on the document, and follows the system where the person said so. */
export function useAppearance(): void {
  const theme = useApp((state) => state.settings.theme);
  const density = useApp((state) => state.settings.density);
  const language = useApp((state) => state.language);
  const focused = useApp((state) => state.windowFocused);
  useEffect(() => {
    const root = document.documentElement;
    root.lang = language;
    root.dataset.density = density;
    root.dataset.focused = String(focused);
  }, [language, density, focused]);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const apply = (): void => {
      document.documentElement.dataset.theme = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [theme]);
}
