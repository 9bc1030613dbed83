import { appendFile, chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { translator } from '../../shared/text/catalogue';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { textFaults, violations } from '../setup/lookTools';
import { shellImage } from '../setup/shellImage';
import { cli, dragFiles } from '../setup/windowTools';

/** Every page of mounts and workspaces, in both themes, languages and sizes: pictures, axe-core, and no text in trouble. */

// Twelve pictures in a test, each looked at twice: a slow machine needs its time.
vi.setConfig({ testTimeout: 300_000 });

const sizes = [
  [1280, 800],
  [1920, 1080],
] as const;

describe.each(['en', 'zh-CN'] as const)('pages in %s', (language) => {
  const t = translator(language);
  let running: RunningApp;
  let tree: string;
  const found: string[] = [];
  beforeAll(async () => {
    running = await startApp({ settings: { theme: 'system', language } });
    const spec = shellImage('rig/shell:1.0');
    const base = { ...spec, names: ['rig/base:1.0'], layers: spec.layers.slice(0, 1) };
    const more = {
      ...spec,
      names: ['rig/shell:1.1'],
      layers: [
        ...spec.layers,
        {
          files: [{ path: 'srv/a rather long name of a configuration file.conf', content: 'x'.repeat(900) }],
        },
      ],
    };
    const file = join(running.folder, 'shell.tar');
    await writeFile(file, dockerArchive([base, spec, more]));
    await dragFiles(running, [file]);
    await running.page.locator('.card', { hasText: 'rig/shell:1.1' }).waitFor();
    await cli(running.store, 'workspace', 'create', 'rig/shell:1.1', 'shop-api-fix');
    tree = (await cli(running.store, 'workspace', 'path', 'shop-api-fix')).trim();
    await appendFile(join(tree, 'srv', 'app.conf'), 'debug = 1\n');
    await chmod(join(tree, 'srv', 'big.bin'), 0o600);
    await rm(join(tree, 'srv', 'old.log'));
    await mkdir(join(tree, 'usr', 'local', 'lib', 'python3.12', 'site-packages', 'numpy', 'libs'), {
      recursive: true,
    });
    await writeFile(
      join(tree, 'usr', 'local', 'lib', 'python3.12', 'site-packages', 'numpy', 'libs', 'libopenblas.so'),
      'so',
    );
    await mkdir(join(tree, 'srv', 'a directory with a name that is long enough to be cut somewhere'));
    await writeFile(
      join(tree, 'srv', 'a directory with a name that is long enough to be cut somewhere', 'b.txt'),
      'b',
    );
  });
  afterAll(async () => {
    // What the command line mounts stays mounted; its folder could not be removed.
    await cli(running.store, 'workspace', 'umount', 'shop-api-fix');
    await running.close();
  });

  /**
   * Pictures of the window as it is, each looked at for text in trouble and, at the smaller size, by axe-core: in both
   * sizes and themes, or where that would show little more, small in light and large in the dark.
   */
  async function look(name: string, every = language === 'en'): Promise<void> {
    const { page } = running;
    for (const [width, height] of sizes) {
      await running.resize(width, height);
      const one = width === 1280 ? 'light' : 'dark';
      for (const theme of every ? (['light', 'dark'] as const) : ([one] as const)) {
        await page.emulateMedia({ colorScheme: theme });
        await page.locator(`html[data-theme="${theme}"]`).waitFor();
        await page.mouse.move(2, height - 2);
        // Whatever fades or slides has come to rest.
        await page.evaluate(() =>
          Promise.allSettled(
            document
              .getAnimations()
              .filter(({ effect }) => Number.isFinite(Number(effect?.getComputedTiming().endTime)))
              .map(({ finished }) => finished),
          ),
        );
        await running.picture(`${name}-${theme}-${language === 'en' ? 'en' : 'zh'}-${width}`);
        // Rules of accessibility know no size.
        const rules = width === 1280 ? await violations(running) : [];
        const faults = [...rules, ...(await textFaults(running, '.terminal-screen'))];
        found.push(...faults.map((fault) => `${name} ${theme} ${width}: ${fault}`));
      }
    }
    await running.resize(1280, 800);
  }

  test('workspace, with changes of every kind and a commit being written', async () => {
    const { page } = running;
    await page.locator('.side-item', { hasText: 'shop-api-fix' }).click();
    await page.locator('.change-row', { hasText: 'old.log' }).waitFor();
    await look('page-workspace');
    await page.locator('.change-row', { hasText: 'big.bin' }).getByRole('checkbox').click();
    await page.getByLabel(t('commit.name'), { exact: true }).fill('rig/shell:1.2');
    await page.getByLabel(t('commit.message')).fill('Turn debugging on, drop the log of yesterday');
    await page.getByLabel(t('commit.author')).fill('Lin Zhao <lin@shop.example>');
    for (const [word, text] of [
      ['LABEL', 'org.opencontainers.image.description="A description that is rather long"'],
      ['ENV', 'DEBUG=1'],
    ] as const) {
      await page.getByRole('button', { name: t('commit.add'), exact: true }).click();
      const form = page.getByRole('dialog');
      await form.getByRole('combobox').click();
      await form.getByRole('option', { name: word, exact: true }).click();
      await form.getByRole('textbox').fill(text);
      if (word === 'ENV') await look('page-config-change');
      await form.getByRole('button', { name: t('commit.add'), exact: true }).click();
    }
    await look('page-commit');
  });

  test('run dialog and terminal', async () => {
    const { page } = running;
    await page.getByRole('button', { name: t('workspace.run') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').last().fill("sh -c 'id; ls -l /srv'");
    await look('page-run');
    await dialog.getByRole('button', { name: t('terminal.run'), exact: true }).click();
    await expect
      .poll(() => page.locator('.terminal-screen').innerText(), { timeout: 20_000 })
      .toMatch(/app\.conf/);
    await look('page-terminal');
  });

  test('a mounted image', async () => {
    const { page } = running;
    await page.getByRole('button', { name: t('workspace.back') }).click();
    await page.locator('.card', { hasText: 'rig/shell:1.1' }).click();
    await page.keyboard.press('m');
    await page.getByText('srv', { exact: true }).dblclick();
    await page.getByText('app.conf').waitFor();
    await look('page-mount');
    await page.getByRole('button', { name: t('workspace.back') }).click();
  });

  test('squash dialog', async () => {
    const { page } = running;
    await page.locator('.card', { hasText: 'rig/shell:1.1' }).click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('squash');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText(/\d MB/).first().waitFor();
    await look('page-squash');
    await page.keyboard.press('Escape');
  });

  test.each([1, 2, 3, 4, 5])('how layers work, step %i of 5', async (step) => {
    const { page } = running;
    if (step === 1) await page.locator('.side-item', { hasText: t('guide.title') }).click();
    else await page.keyboard.press('ArrowRight');
    await page.locator('.guide-step[aria-current="step"]', { hasText: String(step) }).waitFor();
    await page.locator('.guide-row.merge, .guide-row').first().waitFor();
    // The keys work in the page, which has the focus once it is there.
    await page.locator('.guide-main h2:focus').waitFor();
    await look(`page-guide-${step}`, language === 'en' && step === 5);
  });

  test('nothing of all that breaks a rule of axe-core, and no text is cut, covered or out of the window', () => {
    expect(found).toEqual([]);
  });
});
