import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { _electron, type CDPSession, type Page } from 'playwright';
import { chartInput } from '../../renderer/chart/layers/input';
import { layoutLayers } from '../../renderer/chart/layers/layout';
import { indexGraph } from '../../shared/graph/indexGraph';
import { benchFolder, runBench } from '../setup/benchFolder';
import { median } from '../setup/benchTools';
import { randomGraph, writeRandomStore } from '../setup/randomGraph';

/**
 * The layer graph of large stores: how long its layout takes beside Graphviz `dot` on the same nodes and edges, and in
 * the real app how long 10,000 images take to be seen, how long they hold the two processes, and what each frame costs
 * us while they are panned and zoomed. Times in the app are times on the processor.
 */
const sizes = [
  [125, 375],
  [500, 1500],
  [2500, 7500],
  [10_000, 90_000],
] as const;
/** Graphviz gets this long, seconds. */
const patience = 120;
const frameLimit = 8;
const work = benchFolder();

/** The same nodes and edges for Graphviz: layers, and images on them. */
function dotOf(index: ReturnType<typeof indexGraph>): string {
  const lines = ['digraph layers {', 'rankdir=LR;', 'node [shape=box];'];
  const short = (id: string): string => `n${id.slice(7, 23)}`;
  for (const { chainId, parent } of index.graph.layers) {
    lines.push(parent === null ? `${short(chainId)};` : `${short(parent)} -> ${short(chainId)};`);
  }
  for (const { id, top } of index.graph.images)
    if (top !== null) lines.push(`${short(top)} -> ${short(id)};`);
  return [...lines, '}'].join('\n');
}

function layouts(): void {
  console.log('\nLayout of all layers and images, nothing folded');
  const hasDot = spawnSync('dot', ['-V']).status === 0;
  if (!hasDot) console.log('  Graphviz is not here (Debian: graphviz).');
  for (const [images, layers] of sizes) {
    const index = indexGraph(randomGraph({ images, layers }));
    const { input } = chartInput(index, {
      images: new Set(index.graph.images.map(({ id }) => id)),
      onlyTagged: false,
      foldFrom: null,
      unfolded: new Set(),
    });
    const times = Array.from({ length: 7 }, () => {
      const began = performance.now();
      layoutLayers(input);
      return performance.now() - began;
    });
    const nodes = index.graph.layers.length + index.graph.images.length;
    const own = median(times);
    let peer = '';
    if (hasDot) {
      const began = performance.now();
      const { status } = spawnSync('dot', ['-Tsvg'], {
        input: dotOf(index),
        timeout: patience * 1000,
        maxBuffer: 1 << 30,
      });
      const time = performance.now() - began;
      peer =
        status === 0
          ? `   dot ${(time / 1000).toFixed(2)} s, ${Math.round(time / own)} times as long`
          : `   dot not done after ${patience} s, more than ${Math.round((patience * 1000) / own)} times as long`;
    }
    const first = `first ${times[0]?.toFixed(1)} ms, `;
    console.log(`  ${String(nodes).padStart(7)} nodes   ${first}median ${own.toFixed(1)} ms${peer}`);
  }
}

/** An event of Chromium's tracing; times are microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly dur?: number;
  /** Time that the thread was on a processor: without what other programs took from it. */
  readonly tdur?: number;
}

/** Milliseconds on the processor of every event of a name while something is done. */
async function traced(session: CDPSession, name: string, run: () => Promise<void>): Promise<number[]> {
  const found: number[] = [];
  const collect = ({ value }: { value: object[] }): void => {
    for (const event of value as TraceEvent[]) {
      if (event.name === name) found.push((event.tdur ?? event.dur ?? 0) / 1000);
    }
  };
  session.on('Tracing.dataCollected', collect);
  await session.send('Tracing.start', {
    traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] },
    transferMode: 'ReportEvents',
  });
  await run();
  const done = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await done;
  session.off('Tracing.dataCollected', collect);
  return found;
}

/** All that our script does in each frame. */
const drawTimes = (session: CDPSession, run: () => Promise<void>): Promise<number[]> =>
  traced(session, 'FireAnimationFrame', run);

function say(title: string, times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  console.log(
    `  ${title.padEnd(34)} ${String(times.length).padStart(4)} frames   median ${at(0.5).toFixed(2)} ms   95 % under ${at(0.95).toFixed(2)} ms   longest ${at(1).toFixed(1)} ms`,
  );
  return at(0.95);
}

const middle = { x: 560, y: 400 };

async function pan(page: Page): Promise<void> {
  for (let round = 0; round < 6; round++) {
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    for (let i = 1; i <= 25; i++) {
      await page.mouse.move(middle.x + (round % 2 === 0 ? -6 : 6) * i, middle.y + (round < 3 ? -9 : 9) * i);
    }
    await page.mouse.up();
  }
}

async function zoom(page: Page, steps: number, by: number): Promise<void> {
  await page.mouse.move(middle.x, middle.y);
  for (let i = 0; i < steps; i++) await page.mouse.wheel(0, by);
}

async function inApp(images: number, layers: number): Promise<boolean> {
  const folder = join(work, `${images}-${layers}`);
  console.log(`\nThe app on ${images} images and ${layers} layers`);
  writeRandomStore(join(folder, 'store'), { images, layers });
  const { executable, args } = JSON.parse(process.env['STRATIGRAPH_ELECTRON_RUNTIME'] ?? '{}') as {
    executable: string;
    args: string[];
  };
  const began = performance.now();
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      ...args,
      '--disable-gpu',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--store=${join(folder, 'store')}`,
    ],
    env: process.env as Record<string, string>,
  });
  const page = await app.firstWindow();
  await app.evaluate(() => {
    // How late a timer is says how long the loop was held, unless another program had the processor: the time that we
    // were on it ourselves is counted instead where that is less.
    const late: number[] = [];
    let last = performance.now();
    let used = process.cpuUsage();
    setInterval(() => {
      const now = performance.now();
      const { user, system } = process.cpuUsage(used);
      late.push(Math.min(now - last - 2, (user + system) / 1000));
      last = now;
      used = process.cpuUsage();
    }, 2);
    Object.assign(globalThis, { late });
  });
  const session = await app.context().newCDPSession(page);
  const tasks = await traced(session, 'RunTask', () =>
    page.locator('.layer-graph[data-ready]').waitFor({ timeout: 300_000 }),
  );
  console.log(`  first picture after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const held = await app.evaluate(() => Math.max(...(globalThis as unknown as { late: number[] }).late));
  const long = [...tasks].sort((a, b) => b - a).slice(0, 5);
  console.log(`  longest hold of the main process until then: ${held.toFixed(0)} ms`);
  console.log(`  longest tasks of the window: ${long.map((time) => time.toFixed(0)).join(', ')} ms`);
  await page.waitForTimeout(1000);
  const all: number[] = [];
  const step = async (title: string, run: () => Promise<void>): Promise<void> => {
    const times = await drawTimes(session, run);
    say(title, times);
    all.push(...times);
  };
  await step('pan, everything in sight', () => pan(page));
  await step('zoom from everything to 100 %', () => zoom(page, 60, -30));
  await page.locator('.layer-graph').focus();
  await page.keyboard.press('0');
  await page.waitForTimeout(400);
  await step('pan at 100 %', () => pan(page));
  await zoom(page, 1, 368);
  await step('pan at 60 %', () => pan(page));
  await zoom(page, 1, 390);
  await step('pan at 35 %', () => pan(page));
  await zoom(page, 1, 400);
  await step('pan at 20 %', () => pan(page));
  await step('zoom back to everything', () => zoom(page, 80, 40));
  await app.close();
  return say('all of it, panned and zoomed', all) <= frameLimit;
}

async function main(): Promise<void> {
  if (!process.argv.includes('--app')) layouts();
  const kept = await inApp(10_000, 30_000);
  await inApp(10_000, 90_000);
  console.log(`\n95 % of the frames of 10,000 images under ${frameLimit} ms: ${kept ? 'kept' : 'BROKEN'}`);
  if (!kept) process.exitCode = 1;
}

runBench(work, main);
