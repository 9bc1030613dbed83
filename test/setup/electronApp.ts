import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { _electron, type ElectronApplication, type Page } from 'playwright';

/** Said of a picture drawn from SVG: a document without scripts, which has the page's policy. */
const ofPictures = /allow-scripts and allow-same-origin/;

/** The runtime that `npm test` found, or one that a test made of it. */
export interface Runtime {
  readonly executable: string;
  readonly args: readonly string[];
}

/** The runtime that `npm test` found. */
export function foundRuntime(): Runtime {
  return JSON.parse(process.env['STRATIGRAPH_ELECTRON_RUNTIME'] ?? '{}') as Runtime;
}

/** Folder of this run's screenshots. */
export const screenshots = join(import.meta.dirname, '..', '..', 'test-results', 'screenshots');

/** The real app in a real window, with a store and a profile of its own. */
export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly store: string;
  /** Folder for files of the test; removed with the rest. */
  readonly folder: string;
  /** What the page wrote to its console as a warning or worse, and what it threw. */
  readonly complaints: readonly string[];
  /** Saves a picture of the window under a name. */
  readonly picture: (name: string) => Promise<void>;
  /** Resizes the content of the window, CSS pixels. */
  readonly resize: (width: number, height: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Runs something in the main process, with Electron's modules. It may run more than once: the inspector now and then loses
 * the answer (playwright issue 33737), and says so.
 */
export async function inMain<R, A>(
  { app }: { readonly app: ElectronApplication },
  work: (electron: typeof Electron, argument: A) => R | Promise<R>,
  argument: A,
): Promise<R> {
  for (let attempt = 1; ; attempt++)
    try {
      return await app.evaluate(work as never, argument);
    } catch (thrown) {
      const lost = /promise was (?:garbage )?collected/i.test(String(thrown));
      if (!lost || attempt === 5) throw thrown;
    }
}

/**
 * The display of this worker, where each has its own (`scripts/lib/display.mjs`): windows on a common one take the focus from
 * each other. As environment variables.
 */
export function ownDisplay(): Record<string, string> {
  const displays = process.env['STRATIGRAPH_DISPLAYS']?.split(' ') ?? [];
  const own = displays[(Number(process.env['VITEST_POOL_ID'] ?? 1) - 1) % displays.length];
  return own === undefined ? {} : { DISPLAY: own };
}

/** For tests that ask the page's policies for what they refuse: each refusal is told. */
export const everyRefusal = /./;

interface Options {
  /** Settings that the profile begins with. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly size?: { readonly width: number; readonly height: number };
  /** Files on the command line. */
  readonly files?: readonly string[];
  /** A folder that outlives the app, for a second start over the same profile and store. */
  readonly folder?: string;
  /** Name of the profile's folder; a second window over the same store has its own. */
  readonly profile?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another runtime than the one that was found. */
  readonly runtime?: Runtime;
  /** Complaints of the page that the test itself provokes: where the policy is asked for what it refuses. */
  readonly provoked?: RegExp;
}

/** Starts the app and waits for its first frame. */
export async function startApp(options: Options = {}): Promise<RunningApp> {
  const { executable, args } = options.runtime ?? foundRuntime();
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'stratigraph-e2e-')));
  const store = join(folder, 'store');
  const profile = join(folder, options.profile ?? 'profile');
  const { width, height } = options.size ?? { width: 1280, height: 800 };
  const home = join(folder, 'home');
  for (const made of [profile, home]) mkdirSync(made, { recursive: true });
  if (options.settings) {
    writeFileSync(join(profile, 'settings.json'), JSON.stringify({ settings: options.settings }));
  }
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      ...args,
      '--disable-gpu',
      '--force-device-scale-factor=1',
      `--user-data-dir=${profile}`,
      '--lang=en-US',
      `--store=${store}`,
      ...(options.files ?? []),
    ],
    // What windows of this user have copied is not remembered from test to test, and a shell reads no settings of whoever runs
    // the tests: theirs may wait for a lock of a shell that was killed. The command line finds the same holders and caches.
    env: {
      XDG_DATA_HOME: join(homedir(), '.local', 'share'),
      XDG_CACHE_HOME: join(homedir(), '.cache'),
      ...process.env,
      HOME: home,
      LANGUAGE: 'en',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      XDG_STATE_HOME: join(folder, 'state'),
      ...ownDisplay(),
      ...options.env,
    },
  });
  const page = await app.firstWindow();
  const complaints: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    if (['error', 'warning'].includes(message.type()) && !ofPictures.test(text)) complaints.push(text);
  });
  page.on('pageerror', (fault) => complaints.push(String(fault)));
  const resize = async (w: number, h: number): Promise<void> => {
    await inMain(
      { app },
      ({ BrowserWindow }, size) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.setContentSize(size.w, size.h);
      },
      { w, h },
    );
    await page.waitForFunction(([x, y]) => innerWidth === x && innerHeight === y, [w, h] as const);
  };
  await page.waitForSelector('.app');
  await resize(width, height);
  return {
    app,
    page,
    store,
    folder,
    complaints,
    resize,
    async picture(name) {
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' });
    },
    async close() {
      await app.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
      // Of any flow: what the console tells nobody reads while the app is used.
      const unexpected = complaints.filter((text) => options.provoked?.test(text) !== true);
      if (unexpected.length > 0) throw new Error(`The page complained:\n${unexpected.join('\n')}`);
    },
  };
}
