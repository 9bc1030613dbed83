import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RunningApp } from './electronApp';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** What axe-core finds wrong on the page: rules and where. */
export async function violations({ app, page }: RunningApp): Promise<readonly string[]> {
  // The page's own policy would refuse the script; the isolated world of a debugger has none.
  const session = await app.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const world = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  await session.send('Runtime.evaluate', { expression: axe, contextId: world.executionContextId });
  const { result } = await session.send('Runtime.evaluate', {
    // A chip's name says in one sentence what its texts say in pieces; the rule wants the same words in the same order.
    // A tooltip belongs to what it is about, wherever in the document it stands; it comes up under a pointer that rests.
    expression: `axe.run({ exclude: [['[role=tooltip]']] }, {
      resultTypes: ['violations'],
      rules: { 'label-content-name-mismatch': { enabled: false } },
    }).then((r) => JSON.stringify(r.violations))`,
    contextId: world.executionContextId,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  const found = JSON.parse(String(result.value)) as readonly Violation[];
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/**
 * Text that lies on other text, that is cut without a sign of it, or that sticks out of the window; one sentence each.
 * Cut with an ellipsis is meant, but then the whole has to be within reach: a tooltip, or a name for screen readers.
 * `ignored` is a selector of what is not the page's own text (the screen of a terminal).
 */
export async function textFaults({ page }: RunningApp, ignored: string): Promise<readonly string[]> {
  return page.evaluate((leftOut) => {
    const faults: string[] = [];
    const textOf = (element: Element): string => (element.textContent ?? '').trim().slice(0, 40);
    const elements = [...document.body.querySelectorAll<HTMLElement>('*')].filter(
      (element) =>
        !element.closest(leftOut) &&
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    );
    /** What of an element can be seen: its box within everything above it that cuts. */
    const seenOf = (element: Element, box: DOMRect): DOMRect | null => {
      let { left, top, right, bottom } = box;
      for (let above = element.parentElement; above; above = above.parentElement) {
        const style = getComputedStyle(above);
        if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
        const cut = above.getBoundingClientRect();
        left = Math.max(left, cut.left);
        right = Math.min(right, cut.right);
        top = Math.max(top, cut.top);
        bottom = Math.min(bottom, cut.bottom);
      }
      return right - left > 1 && bottom - top > 1 ? new DOMRect(left, top, right - left, bottom - top) : null;
    };
    // A dialog covers what is behind it: only texts of the same layer can collide.
    const layerOf = (element: Element): Element | null =>
      element.closest('[role="dialog"], [role="alertdialog"], [role="menu"], [role="tooltip"]');
    const texts: { element: HTMLElement; box: DOMRect; layer: Element | null }[] = [];
    for (const element of elements) {
      for (const node of element.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE || (node.textContent ?? '').trim() === '') continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const line of range.getClientRects()) {
          if (line.width < 2 || line.height < 2) continue;
          const style = getComputedStyle(element);
          const own = style.overflowX === 'visible' ? line : element.getBoundingClientRect();
          const cut = new DOMRect(
            Math.max(line.left, own.left),
            line.top,
            Math.min(line.right, own.right) - Math.max(line.left, own.left),
            line.height,
          );
          const box = seenOf(element, cut);
          if (box === null) continue;
          texts.push({ element, box, layer: layerOf(element) });
          if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
            faults.push(`out of the window: ${textOf(element)}`);
        }
      }
    }
    for (let i = 0; i < texts.length; i++) {
      for (let k = i + 1; k < texts.length; k++) {
        const a = texts[i];
        const b = texts[k];
        if (!a || !b || a.element === b.element || a.layer !== b.layer) continue;
        const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        // Line boxes touch by their leading; letters do not.
        const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (width > 2 && height > 0.3 * Math.min(a.box.height, b.box.height))
          faults.push(`on each other: ${textOf(a.element)} | ${textOf(b.element)}`);
      }
    }
    for (const element of elements) {
      if (element.scrollWidth <= element.clientWidth + 1 || element.clientWidth === 0) continue;
      const style = getComputedStyle(element);
      if (style.overflowX === 'visible' || style.overflowX === 'auto' || style.overflowX === 'scroll')
        continue;
      // Only for screen readers.
      if (element.clientWidth <= 2) continue;
      // The element's own, or that of the row or button that it is the text of.
      const told =
        element.matches('[aria-label]') ||
        [element, element.parentElement, element.parentElement?.parentElement].some((each) =>
          each?.matches('[title], [data-tip]'),
        );
      if (style.textOverflow === 'ellipsis' && told) continue;
      if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE)) continue;
      faults.push(`cut: ${textOf(element)} (${element.className})`);
    }
    if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is wider than the window');
    return [...new Set(faults)];
  }, ignored);
}
