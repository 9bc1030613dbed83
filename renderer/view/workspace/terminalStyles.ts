let givesTemplates = false;

/**
 * From now on script that asks the document for style elements gets templates: elements that hold the same text, and that
 * nothing is done with. xterm.js makes its elements when it is opened, and when its window has another density of pixels
 * or its menu is styled; nothing else of ours makes any.
 */
export function giveTemplatesForStyles(): void {
  if (givesTemplates) return;
  givesTemplates = true;
  const make = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) =>
    make(name.toLowerCase() === 'style' ? 'template' : name, options)) as typeof document.createElement;
}

/**
 * xterm.js writes its rules into style elements, which our content security policy refuses, as it refuses every inline
 * style; {@link giveTemplatesForStyles} gives it templates instead. The rules themselves are harmless: they are read from
 * those and adopted as constructed style sheets, which only script of our own origin can make. Returns a function that
 * ends it.
 */
export function adoptStyles(container: HTMLElement): () => void {
  const sheets = new Map<HTMLTemplateElement, CSSStyleSheet>();
  const adopt = (): void => {
    for (const element of container.querySelectorAll('template')) {
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
