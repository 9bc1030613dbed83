/**
 * xterm.js writes its rules into style elements, which our content security policy refuses, as it refuses every inline
 * style. The rules themselves are harmless: they are read from those elements and adopted as constructed style sheets,
 * which only script of our own origin can make. Returns a function that ends it.
 */
export function adoptStyles(container: HTMLElement): () => void {
  const sheets = new Map<HTMLStyleElement, CSSStyleSheet>();
  const adopt = (): void => {
    for (const element of container.querySelectorAll('style')) {
      let sheet = sheets.get(element);
      if (!sheet) {
        sheet = new CSSStyleSheet();
        sheets.set(element, sheet);
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      }
      sheet.replaceSync(element.textContent);
    }
  };
  const watch = new MutationObserver(adopt);
  watch.observe(container, { childList: true, subtree: true, characterData: true });
  adopt();
  return () => {
    watch.disconnect();
    const ours = new Set(sheets.values());
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !ours.has(sheet));
  };
}
