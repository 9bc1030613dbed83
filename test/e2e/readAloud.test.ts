import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { violations } from '../setup/lookTools';
import { showcaseArchive, showcaseImages } from '../setup/showcase';
import { dragFiles } from '../setup/windowTools';

/** One item of a tree as assistive software gets it: from the browser's own accessibility tree, not from our elements. */
interface Heard {
  readonly name: string;
  readonly level: number;
  readonly position: number;
  readonly of: number;
}

/** What a screen reader reads of a chart from its beginning to its end. */
async function heard({ app, page }: RunningApp, chart: string): Promise<readonly Heard[]> {
  const session = await app.context().newCDPSession(page);
  await session.send('Accessibility.enable');
  const { root } = await session.send('DOM.getDocument', { depth: 0 });
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: chart });
  const { node } = await session.send('DOM.describeNode', { nodeId });
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const byId = new Map(nodes.map((each) => [each.nodeId, each]));
  const items: Heard[] = [];
  const read = async (id: string): Promise<void> => {
    const found = byId.get(id);
    if (!found) return;
    if (found.role?.value === 'treeitem' && !found.ignored) {
      const { attributes = [] } = (
        await session.send('DOM.describeNode', { backendNodeId: found.backendDOMNodeId as number })
      ).node;
      const numberOf = (name: string): number => Number(attributes[attributes.indexOf(name) + 1]);
      items.push({
        name: String(found.name?.value),
        level: Number(found.properties?.find(({ name }) => name === 'level')?.value.value),
        position: numberOf('aria-posinset'),
        of: numberOf('aria-setsize'),
      });
    }
    for (const child of found.childIds ?? []) await read(child);
  };
  const tree = nodes.find(({ backendDOMNodeId }) => backendDOMNodeId === node.backendNodeId);
  await read(tree?.nodeId ?? '');
  await session.detach();
  return items;
}

/** Under what each item is heard, by levels alone: the names from the base to its parent. */
function parentsOf(items: readonly Heard[]): ReadonlyMap<string, readonly string[]> {
  const path: string[] = [];
  return new Map(
    items.map(({ name, level }) => {
      path.length = level - 1;
      const parents = [...path];
      path.push(name);
      return [name, parents];
    }),
  );
}

/** What is wrong with a list of items as one tree: a level that is skipped, a child that is not the next of its parent's. */
function faultsOf(items: readonly Heard[]): readonly string[] {
  const faults: string[] = [];
  const open: Heard[] = [];
  for (const item of items) {
    if (item.level > open.length + 1) faults.push(`${item.name}: level ${item.level} after ${open.length}`);
    const before = open[item.level - 1];
    for (const ended of open.splice(item.level))
      if (ended.position !== ended.of) faults.push(`${ended.name} is not the last`);
    if (before && (item.position !== before.position + 1 || item.of !== before.of))
      faults.push(`${item.name}: ${item.position} of ${item.of} after ${before.position} of ${before.of}`);
    if (!before && item.position !== 1) faults.push(`${item.name}: begins with ${item.position}`);
    open[item.level - 1] = item;
  }
  return faults;
}

describe('read aloud', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp({ size: { width: 1920, height: 1080 } });
    const file = join(running.folder, 'shop.tar');
    await writeFile(file, showcaseArchive());
    await dragFiles(running, [file]);
    await running.page.locator('.layer-graph[data-ready] [role=treeitem]').first().waitFor();
    await running.page.waitForTimeout(800);
  });
  afterAll(() => running.close());

  test('the graph is one tree, each image below the layer that it stands on', async () => {
    const { page } = running;
    await page.locator('.layer-graph').focus();
    await page.keyboard.press('f');
    await page.waitForTimeout(600);
    const items = await heard(running, '.layer-graph');
    expect(faultsOf(items)).toEqual([]);
    const parents = parentsOf(items);
    const images = [...parents].filter(([name]) => /^(?:Image|Dangling image) /.test(name));
    expect(images.length).toBeGreaterThan(3);
    for (const [name, path] of images) {
      expect(path.length, name).toBeGreaterThan(0);
      expect(
        path.every((each) => !each.startsWith('Image ')),
        name,
      ).toBe(true);
    }
    const snapshot = await page.locator('.layer-graph').ariaSnapshot();
    expect([...snapshot.matchAll(/treeitem .*\[level=(\d+)\]/g)].map(([, level]) => Number(level))).toEqual(
      items.map(({ level }) => level),
    );
    expect(await violations(running)).toEqual([]);
  });

  test('Down reads the graph in the same order', async () => {
    const { page } = running;
    const order = (await heard(running, '.layer-graph')).map(({ name }) => name);
    await page.locator('.layer-graph').focus();
    await page.keyboard.press('Home');
    for (const name of order.slice(0, 12)) {
      await expect
        .poll(() =>
          page.evaluate(() => {
            const id = document.querySelector('.layer-graph')?.getAttribute('aria-activedescendant') ?? '';
            return document.getElementById(id)?.getAttribute('aria-label');
          }),
        )
        .toBe(name);
      await page.keyboard.press('ArrowDown');
    }
  });

  test('the strata are the same tree', async () => {
    const { page } = running;
    await page.keyboard.press('Control+2');
    await page.locator('.strata-chart[data-ready]:not(.sliding) .family').first().waitFor();
    await page.waitForTimeout(600);
    const items = await heard(running, '.strata-chart');
    expect(faultsOf(items)).toEqual([]);
    expect(items.length).toBeGreaterThan(6);
    const snapshot = await page.locator('.strata-chart').ariaSnapshot();
    expect([...snapshot.matchAll(/treeitem .*\[level=(\d+)\]/g)].map(([, level]) => Number(level))).toEqual(
      items.map(({ level }) => level),
    );
    expect(await violations(running)).toEqual([]);
  });

  test('the table names its columns, and its rows by their images', async () => {
    const { page } = running;
    await page.keyboard.press('Control+5');
    const table = page.locator(
      '[data-pane=main] [role=grid], [data-pane=main] [role=table], [data-pane=main] table',
    );
    await table.first().waitFor();
    const snapshot = await table.first().ariaSnapshot();
    const [head = '', ...rows] = snapshot.split('\n').filter((line) => /^\s*- row\b/.test(line));
    for (const column of ['Repository', 'Tag', 'Image ID', 'Created', 'Size', 'Shared', 'Unique'])
      expect(snapshot).toContain(`columnheader "${column}"`);
    expect(head).toContain('Repository');
    expect(rows.length).toBeGreaterThan(3);
    for (const { names: own = [] } of showcaseImages().filter(({ names: each = [] }) => each.length > 0))
      expect(
        rows.some((row) => own.some((name) => row.includes(name))),
        own.join(),
      ).toBe(true);
    expect(await violations(running)).toEqual([]);
  });

  test('nothing was complained about', () => {
    expect(running.complaints).toEqual([]);
  });
});
