import type { RunningApp } from './electronApp';

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
