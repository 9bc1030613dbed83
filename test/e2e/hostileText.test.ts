import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inMain, startApp, type RunningApp } from '../setup/electronApp';
import { exported } from '../setup/exportTools';
import { dockerArchive, type ImageSpec } from '../setup/imageBuilder';

/** Images whose every text is meant for somebody else than a reader: what the window, its files and the clipboard make of them. */

const hostile = [
  '\ufffe\uffff\u0001\u007f\u0085\u2028\ufeff',
  '<img src=x onerror=window.pwned=1><b>',
  '</text></svg><script>window.pwned=1</script>]]>-->',
  '\u001b[31mred\u001b]0;title\u0007\u001b[201~\nrm -rf ~\n',
  '\u202egnp.elif\u2066',
  '=1+1',
  '\t@SUM(1)',
  '"]; evil [label="pwn"]; "\\N&lt;&#x41;\\',
  '\ud800 \udfff half',
];
const unreadable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Cs}/u;

function imageOf(text: string, i: number): ImageSpec {
  const name = text.replace(/\//g, '_').replace(/\p{Cs}/gu, '');
  return {
    names: [`hostile/${i}:1`],
    layers: [
      { files: [{ path: `d/${name}`, content: 'x'.repeat(3000 * (i + 1)) }] },
      { files: [{ path: `e${i}`, content: 'y'.repeat(2000 + i) }] },
    ],
    architecture: text,
    config: { Labels: { [text]: text }, Env: [`${text}=${text}`], Cmd: [text], User: text, WorkingDir: text },
    history: [
      { created_by: text, author: text, comment: text, created: '2024-01-01T00:00:00Z' },
      { created_by: `COPY ${text} /x`, comment: text },
      { created_by: text, empty_layer: true },
    ],
  };
}

/** What a page shows or says that no reader can read, and elements that text has made. */
function faults({ page }: RunningApp): Promise<string[]> {
  return page.evaluate((source) => {
    const pattern = new RegExp(source, 'u');
    const found: string[] = [document.title].filter((text) => pattern.test(text));
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ALL);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (
        node instanceof Text &&
        !node.parentElement?.closest('style, script, pre') &&
        pattern.test(node.data)
      )
        found.push(`text ${JSON.stringify(node.data)}`);
      if (!(node instanceof Element)) continue;
      if (node.matches('img[src="x"], b, script:not([src]), [onerror]')) found.push(node.outerHTML);
      for (const { name, value } of node.attributes)
        if (pattern.test(value)) found.push(`${name} ${JSON.stringify(value)}`);
    }
    return found.concat('pwned' in window ? ['a script of an image ran'] : []);
  }, unreadable.source);
}

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp({ settings: { theme, language: 'en' } });
    const archive = join(running.folder, 'hostile.tar');
    await writeFile(archive, dockerArchive(hostile.map(imageOf)));
    const odd = join(running.folder, '<b>\u001b[31m\u202e\n.tar');
    await writeFile(odd, 'no archive');
    await running.app
      .context()
      .newCDPSession(running.page)
      .then(async (session) => {
        for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
          await session.send('Input.dispatchDragEvent', {
            type,
            x: 640,
            y: 400,
            data: { items: [], files: [archive, odd], dragOperationsMask: 1 },
          });
      });
    await running.page.locator('.card').first().waitFor();
    await running.page.getByRole('alert').first().waitFor();
  });
  afterAll(() => running.close());

  test('everything shows it as text', async () => {
    const { page } = running;
    expect(await faults(running)).toEqual([]);
    await page.getByRole('button', { name: 'Operations' }).click();
    await running.picture(`hostile-start-${theme}`);
    expect(await faults(running)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Dismiss' }).first().click();
    for (const view of [1, 2, 3, 4, 5]) {
      await page.keyboard.press(`Control+${view}`);
      await page.locator('main svg, main [role="grid"]').first().waitFor();
      for (const [x, y] of [
        [420, 300],
        [620, 240],
      ] as const) {
        await page.mouse.move(x, y);
        await page.waitForTimeout(300);
        expect(await faults(running), `view ${view}`).toEqual([]);
        await page.mouse.click(x, y);
      }
      expect(await faults(running), `view ${view}, inspector`).toEqual([]);
      await running.picture(`hostile-${view}-${theme}`);
    }
    await page.keyboard.press('Control+k');
    await page.keyboard.type('hostile');
    await page.getByRole('option').first().waitFor();
    expect(await faults(running), 'palette').toEqual([]);
    await page.keyboard.press('Escape');
    expect(
      await inMain(running, ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle(), null),
    ).toMatch(/^[^<>]+ – Stratigraph$/);
  });

  // What is written and copied knows no theme.
  if (theme === 'light') {
    test('files of all views open, and mean nothing else', async () => {
      const { page } = running;
      for (const view of [1, 2, 3, 4, 5]) {
        await page.keyboard.press(`Control+${view}`);
        await page.locator('main svg, main [role="grid"]').first().waitFor();
        await page.mouse.move(10, 400);
        await page.waitForTimeout(300);
        const svg = await exported(running, 'svg', /^SVG/);
        const parse = 'import sys,xml.dom.minidom as m; m.parseString(sys.stdin.buffer.read())';
        execFileSync('python3', ['-c', parse], { input: svg });
        expect(svg.toString()).not.toMatch(/<script|<img|onerror=["']|javascript:/);
        const png = await exported(running, 'png', /^PNG/);
        expect(png.subarray(1, 4).toString()).toBe('PNG');
        expect(png.length).toBeGreaterThan(5_000);
        const json = (await exported(running, 'json', /^JSON/)).toString();
        expect(() => JSON.parse(json) as unknown).not.toThrow();
        const csv = (await exported(running, 'csv', /^CSV/)).toString();
        expect(csv).not.toMatch(/(?:^|,|\n)"?[=+@\t\uff1d]/);
        for (const text of [json, csv.replace(/\r\n/g, '\n')]) expect(text).not.toMatch(unreadable);
        if (view > 1) continue;
        const dot = await exported(running, 'dot', /^Graphviz/);
        const drawn = execFileSync('dot', ['-Tplain'], { input: dot, maxBuffer: 1 << 26 }).toString();
        const nodes = drawn.split('\n').filter((line) => line.startsWith('node '));
        expect(nodes).toHaveLength(3 * hostile.length);
        expect(nodes.every((line) => line.startsWith('node "sha256:'))).toBe(true);
      }
    });

    test('what is copied runs nothing in a terminal', async () => {
      const { page } = running;
      const copied: string[] = [];
      for (const i of [0, 3, 8]) {
        await page.keyboard.press('Control+k');
        await page.keyboard.type(`hostile/${i}`);
        await page.keyboard.press('Enter');
        await page
          .getByRole('complementary')
          .getByRole('heading', { name: `hostile/${i}` })
          .waitFor();
        // Its parts come one after the other.
        let count = -1;
        const isWhole = async (): Promise<boolean> =>
          count === (count = await page.locator('.insp-copy').count());
        await expect.poll(isWhole, { interval: 500, timeout: 20_000 }).toBe(true);
        for (const button of await page.locator('.insp-copy').all()) {
          await inMain(running, ({ clipboard }) => clipboard.writeText('not yet'), null);
          await button.click();
          const found = (): Promise<string> => inMain(running, ({ clipboard }) => clipboard.readText(), null);
          await expect.poll(found).not.toBe('not yet');
          copied.push(await found());
        }
      }
      expect(copied.length).toBeGreaterThan(12);
      for (const text of copied) expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]|\p{Cs}/u);
      expect(copied.some((text) => text.includes('\\u{1b}[31mred'))).toBe(true);
    });
  }

  test('nothing was complained about', () => {
    expect(running.complaints).toEqual([]);
  });
});
