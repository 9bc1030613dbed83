import { randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron } from 'playwright';
import { benchFolder, runBench } from '../setup/benchFolder';
import { dockerArchive } from '../setup/imageBuilder';

/**
 * How long the main process's event loop is blocked while the app does its heaviest work: loading, saving and deleting
 * images of some hundred megabytes and thousands of files. Measured inside of the main process by a timer that should
 * come every 2 ms: whatever it comes late, something else could have come late, too. No peer: no other tool of the
 * comparison has a window whose event loop could be held.
 */
const limit = 50;
const work = benchFolder();
const { executable, args } = JSON.parse(process.env['STRATIGRAPH_ELECTRON_RUNTIME'] ?? '{}') as {
  executable: string;
  args: string[];
};

function bigArchive(): string {
  const path = join(work, 'big.tar');
  const noise = Buffer.alloc(24 << 20);
  const image = (name: string, seed: number) => ({
    names: [name],
    created: '2026-11-01T00:00:00Z',
    layers: [0, 1, 2, 3].map((layer) => ({
      gzip: layer % 2 === 1,
      files: [
        { path: 'big.bin', content: Buffer.from(randomFillSync(noise)) },
        ...Array.from({ length: 4000 }, (_, i) => ({
          path: `usr/lib/package-${layer}/module-${i}/file-${seed}.js`,
          content: `module ${i}`,
        })),
      ],
    })),
  });
  writeFileSync(path, dockerArchive([image('bench/one:1', 1), image('bench/two:1', 2)]));
  return path;
}

/** Many small images: a graph of some thousand nodes for the main process to build and send. */
function manyArchive(images: number): string {
  const path = join(work, 'many.tar');
  const base = { files: [{ path: 'base', content: 'base' }] };
  writeFileSync(
    path,
    dockerArchive(
      Array.from({ length: images }, (_, i) => ({
        names: [`bench/many-${i}:1`],
        created: '2026-11-01T00:00:00Z',
        layers: [
          base,
          { files: [{ path: `group-${i % 40}`, content: String(i % 40) }] },
          { files: [{ path: `own-${i}`, content: String(i) }] },
        ],
      })),
    ),
  );
  return path;
}

async function main(): Promise<void> {
  console.log('Preparing archives…');
  const big = bigArchive();
  const many = manyArchive(1000);
  const saved = join(work, 'saved.tar');
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      ...args,
      '--disable-gpu',
      `--user-data-dir=${join(work, 'profile')}`,
      `--store=${join(work, 'store')}`,
    ],
    env: process.env as Record<string, string>,
  });
  const page = await app.firstWindow();
  await page.waitForSelector('.app');
  await app.evaluate(() => {
    const state = { last: performance.now(), worst: 0, late: [] as number[] };
    (globalThis as unknown as { loop: typeof state }).loop = state;
    setInterval(() => {
      const now = performance.now();
      const late = now - state.last - 2;
      state.last = now;
      if (late > state.worst) state.worst = late;
      if (late > 5) state.late.push(late);
    }, 2);
  });
  /** Runs a step; prints how long it took and how long the loop was held at the most. */
  let worst = 0;
  const step = async (name: string, run: () => Promise<void>): Promise<void> => {
    await app.evaluate(() => {
      const { loop } = globalThis as unknown as { loop: { worst: number; late: number[]; last: number } };
      Object.assign(loop, { worst: 0, late: [], last: performance.now() });
    });
    const began = Date.now();
    await run();
    const found = await app.evaluate(() => {
      const { loop } = globalThis as unknown as { loop: { worst: number; late: number[] } };
      return { worst: loop.worst, late: loop.late.length };
    });
    worst = Math.max(worst, found.worst);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.log(
      `${name.padEnd(44)} ${seconds.padStart(6)} s   longest block ${found.worst.toFixed(1).padStart(6)} ms   over 5 ms: ${found.late}`,
    );
  };
  const load = async (path: string): Promise<void> => {
    await app.evaluate(({ dialog }, file) => {
      const answer = { canceled: false, filePaths: [file] };
      dialog.showOpenDialog = () => new Promise((resolve) => setTimeout(resolve, 900, answer));
    }, path);
    const before = await page.locator('.operations-line').innerText();
    await page.keyboard.press('Control+o');
    await done(before);
  };
  const done = async (before: string): Promise<void> => {
    await page.waitForFunction(
      (text) => {
        const line = document.querySelector<HTMLElement>('.operations-line')?.innerText ?? '';
        return line !== text && document.querySelector('.operation-row') === null;
      },
      before,
      { timeout: 300_000, polling: 100 },
    );
    await page.waitForTimeout(500);
  };
  const act = async (run: () => Promise<void>): Promise<void> => {
    const before = await page.locator('.operations-line').innerText();
    await run();
    await done(before);
  };

  await step('idle for 2 s', () => page.waitForTimeout(2000));
  await step('load 200 MB, 32,000 files, 2 images', () => load(big));
  await step('load it again', () => load(big));
  await step('save both images', async () => {
    await app.evaluate(({ dialog }, filePath) => {
      const answer = { canceled: false, filePath };
      dialog.showSaveDialog = () => new Promise((resolve) => setTimeout(resolve, 900, answer));
    }, saved);
    await page.keyboard.press('Control+5');
    await page.locator('[role=row][tabindex="0"]').focus();
    await page.keyboard.press('Control+a');
    await act(() => page.keyboard.press('Control+s'));
  });
  await step('load 1,000 images of 3 layers', () => load(many));
  await step('select and inspect', async () => {
    await page.locator('[role=row][tabindex="0"]').focus();
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(500);
  });
  await step('delete 1,002 images', async () => {
    await page.locator('[role=row][tabindex="0"]').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    const button = page.locator('dialog .btn.danger:not([aria-disabled])');
    await button.waitFor({ timeout: 60_000 });
    await act(() => button.click());
  });
  await app.close();
  console.log(
    `Longest block of the main process: ${worst.toFixed(1)} ms (limit ${limit} ms): ${worst <= limit ? 'kept' : 'BROKEN'}`,
  );
  if (worst > limit) process.exitCode = 1;
}

runBench(work, main);
