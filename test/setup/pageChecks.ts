import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RunningApp } from './electronApp';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
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
    expression: `axe.run(document, {
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

/** How many texts match, which pairs of them lie on each other, and which stick out of `frame`. */
export async function textFaults(
  { page }: RunningApp,
  texts: string,
  frame: string,
): Promise<{ readonly count: number; readonly faults: readonly string[] }> {
  return page.evaluate(
    ([selector, outer]) => {
      const elements = [...document.querySelectorAll<SVGTextElement>(selector)];
      const bounds = document.querySelector(outer)?.getBoundingClientRect() ?? new DOMRect();
      const boxes = elements.map((element) => element.getBoundingClientRect());
      const nameOf = (i: number): string => elements[i]?.textContent ?? '';
      const faults: string[] = [];
      boxes.forEach((a, i) => {
        if (a.left < bounds.left - 1 || a.right > bounds.right + 1) faults.push(`sticks out: ${nameOf(i)}`);
        for (let k = i + 1; k < boxes.length; k++) {
          const b = boxes[k] as DOMRect;
          // The boxes have the height of a line; letters leave a pixel or two of it free.
          if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
            faults.push(`${nameOf(i)} | ${nameOf(k)}`);
        }
      });
      return { count: elements.length, faults };
    },
    [texts, frame] as const,
  );
}
