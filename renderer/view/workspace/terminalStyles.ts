/**
 * Runs something, in whose course script that asks the document for style elements gets templates: elements that hold the
 * same text, and that nothing is done with. xterm.js makes its elements while it is opened, and none later.
 */
export function withoutStyleElements(work: () => void): void {
  const make = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) =>
    make(name.toLowerCase() === 'style' ? 'template' : name, options)) as typeof document.createElement;
  try {
    work();
  } finally {
    // The document's own stands behind what was laid over it.
    Reflect.deleteProperty(document, 'createElement');
  }
}

/**
 * Has the style attribute of spans set by script. xterm.js gives one to words that have a colour of 24 bits, or are selected,
 * and the policy refuses attributes as it refuses elements: the colours were lost. Nothing else of ours sets such an attribute.
 */
export function styleSpansByScript(): void {
  HTMLSpanElement.prototype.setAttribute = function (this: HTMLSpanElement, name: string, value: string) {
    if (name === 'style') this.style.cssText = value;
    else Element.prototype.setAttribute.call(this, name, value);
  };
}

/**
 * xterm.js writes its rules into style elements, which our content security policy refuses, as it refuses every inline
 * style; {@link withoutStyleElements} gives it templates instead. The rules themselves are harmless: they are read from
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
