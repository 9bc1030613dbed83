import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { inMain, startApp, type RunningApp } from '../setup/electronApp';
import { writeRandomStore } from '../setup/randomGraph';
import { showcaseArchive } from '../setup/showcase';
import { watchCanvases } from '../setup/shownTexts';
import { textFaultsOnScreen } from '../setup/textAudit';
import { dragFiles } from '../setup/windowTools';

/**
 * Every view with few, many and very many images, in both themes and languages and all sizes that people have: no letters
 * under 11 px, no text on or under anything, a contrast of 4.5 : 1 on page, drawings and canvases.
 */

vi.setConfig({ testTimeout: 300_000 });

const sizes = [
  [960, 600],
  [1280, 800],
  [1920, 1080],
] as const;
const views = ['graph', 'strata', 'map', 'overlap', 'table'] as const;

test('what is wrong is found: on the page, in a drawing, on a canvas', async () => {
  const running = await startApp({ settings: { theme: 'light' } });
  try {
    const { page } = running;
    await page.getByRole('heading', { name: 'Begin with an image' }).waitFor();
    await watchCanvases(page);
    await page.evaluate(() => {
      const put = (left: number, top: number, style: Partial<CSSStyleDeclaration>, text: string): void => {
        const element = document.createElement('span');
        element.textContent = text;
        Object.assign(element.style, {
          position: 'fixed',
          left: `${left}px`,
          top: `${top}px`,
          font: '13px sans-serif',
          color: '#000',
          background: '#fff',
          ...style,
        });
        document.body.append(element);
      };
      put(20, 100, { fontSize: '9px' }, 'small words');
      put(20, 140, { color: '#999' }, 'faint words');
      put(20, 180, {}, 'lower words');
      put(30, 182, { background: 'none' }, 'upper words');
      put(20, 220, {}, 'hidden words');
      put(10, 210, { width: '160px', height: '40px' }, '');
      put(20, 260, {}, 'good words');
      const name = 'http://www.w3.org/2000/svg';
      const svg = document.createElementNS(name, 'svg');
      svg.style.cssText = 'position:fixed;left:20px;top:300px;width:200px;height:60px;background:#fff';
      const text = document.createElementNS(name, 'text');
      text.setAttribute('transform', 'scale(0.5)');
      text.setAttribute('y', '40');
      text.style.cssText = 'fill:#000;font-size:13px';
      text.textContent = 'drawn words';
      svg.append(text);
      document.body.append(svg);
      const canvas = document.createElement('canvas');
      canvas.style.cssText = 'position:fixed;left:20px;top:400px;width:200px;height:60px;background:#fff';
      [canvas.width, canvas.height] = [200, 60];
      document.body.append(canvas);
      const pen = canvas.getContext('2d');
      if (!pen) return;
      pen.clearRect(0, 0, 200, 60);
      pen.font = '12px sans-serif';
      pen.fillStyle = '#aaa';
      pen.fillText('painted words', 10, 20);
      pen.fillStyle = '#000';
      pen.font = '10px sans-serif';
      pen.fillText('tiny words', 10, 50);
    });
    const faults = (await textFaultsOnScreen(running)).filter((fault) => /words/.test(fault)).join('\n');
    expect(faults).toMatch(/9\.0 px: small words/);
    expect(faults).toMatch(/contrast 2\.8\d: faint words/);
    expect(faults).toMatch(/on each other: lower words .* \| upper words/);
    expect(faults).toMatch(/under .*: hidden words/);
    expect(faults).toMatch(/6\.5 px: drawn words/);
    expect(faults).toMatch(/contrast 2\.\d+: painted words/);
    expect(faults).toMatch(/10\.0 px: tiny words/);
    expect(faults).not.toMatch(/good words/);
  } finally {
    await running.close();
  }
});

describe.each([
  [0, 'en'],
  [0, 'zh-CN'],
  [74, 'en'],
  [74, 'zh-CN'],
  [300, 'en'],
  [300, 'zh-CN'],
] as const)('%i images, %s', (images, language) => {
  let folder: string;
  let running: RunningApp;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-audit-'));
    if (images > 0) writeRandomStore(join(folder, 'store'), { images, layers: images * 5 });
    running = await startApp({ folder, settings: { theme: 'system', language } });
    if (images === 0) {
      const file = join(folder, 'shop.tar');
      await writeFile(file, showcaseArchive());
      await dragFiles(running, [file]);
    }
    await running.page.locator('.layer-graph').waitFor();
    await watchCanvases(running.page);
  });
  afterAll(async () => {
    await running.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Whatever slides or fades has come to rest, and every canvas was drawn. */
  const rest = async (): Promise<void> => {
    await running.page.mouse.move(2, 2);
    await running.page.waitForTimeout(450);
  };

  test.each(views)('%s', async (view) => {
    const { page } = running;
    const found: string[] = [];
    await page.keyboard.press(`Control+${views.indexOf(view) + 1}`);
    for (const [width, height] of sizes)
      for (const theme of ['light', 'dark'] as const) {
        await running.resize(width, height);
        await page.emulateMedia({ colorScheme: theme });
        await page.locator(`html[data-theme="${theme}"]`).waitFor();
        await rest();
        const name = `${images === 0 ? 'shop' : images}-${view}-${theme}-${language === 'en' ? 'en' : 'zh'}-${width}`;
        await running.picture(`audit-${name}`);
        const faults = await textFaultsOnScreen(running);
        found.push(...faults.map((fault) => `${theme} ${width}: ${fault}`));
      }
    expect(found).toEqual([]);
  });

  test('the window at 640, and twice as large', async () => {
    const { page } = running;
    const found: string[] = [];
    await page.emulateMedia({ colorScheme: 'light' });
    await page.keyboard.press('Control+5');
    await running.resize(640, 640);
    // At this width the inspector lies over the view until somebody closes it.
    await page.keyboard.press('Escape');
    await page.locator('.inspector').waitFor({ state: 'hidden' });
    await rest();
    found.push(...(await textFaultsOnScreen(running)).map((fault) => `640: ${fault}`));
    await running.resize(1280, 800);
    const zoom = (by: number): Promise<void> =>
      inMain(
        running,
        ({ BrowserWindow }, factor) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(factor),
        by,
      );
    await zoom(2);
    await rest();
    found.push(...(await textFaultsOnScreen(running)).map((fault) => `200 %: ${fault}`));
    await zoom(1);
    expect(found).toEqual([]);
  });
});
