import { splitName } from '../../../shared/image/reference';
import { fitText, textWidth } from '../layers/textFit';
import { fonts } from './fonts';
import type { Frame, Layer } from './frame';
import { headFrom } from './headLines';
import { columnsWithin, highest } from './scene';

/** Neighbouring columns of a repository, where columns are too narrow for heads of their own. */
interface Span {
  readonly key: string;
  readonly name: string;
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** The name of such a run, where it is drawn; CSS pixels of the drawing, `y` is the baseline. */
interface SpanLabel {
  readonly key: string;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

const lineHeight = 16;
/** A name of fewer letters tells nothing. */
const lettersAtLeast = 5;

/** Draws one head for each run, where there is room for its name: that of the most columns first. */
export function drawSpans(group: Layer, frame: Frame): void {
  const placed: { x0: number; x1: number; y: number }[] = [];
  const labels: SpanLabel[] = [];
  const byCount = [...spansOf(frame)].sort((a, b) => b.count - a.count || a.from - b.from);
  for (const span of byCount) {
    for (const text of wordings(frame, span)) {
      const label = labelAt(frame, span, text);
      const half = textWidth(text, fonts.name) / 2 + 5;
      const [x0, x1] = [label.x - half, label.x + half];
      const taken = placed.some((at) => at.x0 < x1 && x0 < at.x1 && Math.abs(at.y - label.y) < lineHeight);
      if (taken || !isFree(frame, span, x0, x1, label.y)) continue;
      placed.push({ x0, x1, y: label.y });
      labels.push(label);
      break;
    }
  }
  group
    .selectAll<SVGTextElement, SpanLabel>('text')
    .data(labels, ({ key }) => key)
    .join('text')
    .attr('class', 'span')
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .text(({ text }) => text);
}

/** The runs in sight. */
function spansOf({ scene, grid, from, to }: Frame): readonly Span[] {
  const spans: Span[] = [];
  if (grid.column + grid.metrics.gap - 2 >= headFrom) return spans;
  const firsts = new Set(scene.families.map((family) => family.from));
  for (let column = from; column <= to; column++) {
    const name = scene.heads[column]?.image.names[0];
    if (name === undefined) continue;
    const { repository } = splitName(name);
    const last = spans[spans.length - 1];
    if (last && last.to === column - 1 && last.name === repository && !firsts.has(column)) {
      spans[spans.length - 1] = { ...last, to: column, count: last.count + 1 };
    } else
      spans.push({ key: `${repository} ${column}`, name: repository, count: 1, from: column, to: column });
  }
  return spans;
}

/** What a run may be called: the whole, without the number, as much as its own width holds. */
function wordings({ grid }: Frame, span: Span): readonly string[] {
  const short = span.name.slice(span.name.lastIndexOf('/') + 1);
  const width = (grid.x1[span.to] ?? 0) - (grid.x0[span.from] ?? 0);
  // One column among hundreds is no landmark.
  if (span.count === 1) return [];
  const cut = fitText(short, width - 4, fonts.name);
  return [`${short} (${span.count})`, short, ...(cut.length > lettersAtLeast ? [cut] : [])];
}

function labelAt({ grid, scene }: Frame, { key, from, to }: Span, text: string): SpanLabel {
  const x = round(((grid.x0[from] ?? 0) + (grid.x1[to] ?? 0)) / 2);
  return { key, text, x, y: round(highest(grid, scene, from, to) - 8) };
}

/** Whether no other column stands where the text would. */
function isFree({ grid, scene, left, width }: Frame, span: Span, x0: number, x1: number, y: number): boolean {
  if (x0 < left + 4 || x1 > left + width - 4) return false;
  const { from, to } = columnsWithin(grid, x0, x1);
  return highest(grid, scene, Math.min(from, span.from), Math.max(to, span.to)) > y + 4;
}

const round = (value: number): number => Math.round(value * 10) / 10;
