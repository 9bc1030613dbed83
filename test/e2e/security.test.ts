import { afterAll, beforeAll, expect, test } from 'vitest';
import { everyRefusal, inMain, startApp, type RunningApp } from '../setup/electronApp';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ provoked: everyRefusal });
  await running.page.getByRole('button', { name: 'Load', exact: true }).click();
  await running.page.locator('.layer-graph .card').first().waitFor();
});
afterAll(() => running.close());

test('the page has no Node, no Electron, and only our bridge', async () => {
  const found = await running.page.evaluate(() => {
    const names = ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer', 'global'];
    const bridge = (window as unknown as { stratigraph: Record<string, object> }).stratigraph;
    return {
      node: names.filter((name) => name in window),
      bridge: Object.keys(bridge).sort(),
      requests: Object.keys(bridge['request'] ?? {}).length,
      frozen: Object.isFrozen(bridge),
    };
  });
  expect(found.node).toEqual([]);
  expect(found.bridge).toEqual(['on', 'registerFiles', 'request']);
  expect(found.requests).toBeGreaterThan(15);
});

test('web preferences are the strict ones', async () => {
  const preferences = await inMain(
    running,
    ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    },
    null,
  );
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
});

test('the content security policy stops inline scripts, eval and what is not ours', async () => {
  const { page } = running;
  const outcome = await page.evaluate(async () => {
    const blocked: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
    const flags = window as unknown as { inlineRan?: boolean };
    // Not in the debugger's own call, which may do what the page may not.
    const attempt = (work: () => void): Promise<string> =>
      new Promise((resolve) => {
        setTimeout(() => {
          try {
            work();
            resolve('ran');
          } catch (fault) {
            resolve((fault as Error).name);
          }
        });
      });
    const inline = await attempt(() => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.body.append(script);
    });
    const evaluated = await attempt(() => void (0, eval)('window.inlineRan = true'));
    const html = await attempt(() => {
      document.createElement('div').innerHTML = '<b>x</b>';
    });
    const remote = await fetch('https://example.org/').then(
      () => 'reached',
      () => 'refused',
    );
    const file = await fetch('file:///etc/hostname').then(
      () => 'reached',
      () => 'refused',
    );
    const policy = await attempt(() => {
      (
        globalThis as unknown as { trustedTypes: { createPolicy(n: string, r: object): void } }
      ).trustedTypes.createPolicy('mine', {});
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { inline, evaluated, html, remote, file, policy, ran: flags.inlineRan === true, blocked };
  });
  expect(outcome.ran).toBe(false);
  expect(outcome.evaluated).not.toBe('ran');
  expect(outcome.html).toBe('TypeError');
  expect(outcome.policy).toBe('TypeError');
  expect(outcome.remote).toBe('refused');
  expect(outcome.file).toBe('refused');
  expect(outcome.blocked).toContain('connect-src');
});

test('navigation and new windows are denied', async () => {
  const { page, app } = running;
  const before = page.url();
  expect(before).toBe('app://stratigraph/index.html');
  const opened = await page.evaluate(() => window.open('https://example.org/') === null);
  expect(opened).toBe(true);
  await page.evaluate(() => {
    location.href = 'https://example.org/';
  });
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'file:///etc/passwd';
    document.body.append(link);
    link.click();
    link.remove();
  });
  await page.waitForTimeout(300);
  expect(page.url()).toBe(before);
  expect(await page.locator('.app').count()).toBe(1);
  expect(await inMain({ app }, ({ BrowserWindow }) => BrowserWindow.getAllWindows().length, null)).toBe(1);
});

test('paths outside of the page do not exist', async () => {
  const statuses = await running.page.evaluate(async () => {
    const paths = [
      '/main.js',
      '/../main.cjs',
      '/%2e%2e/package.json',
      '/..%2fmain.cjs',
      '//etc/passwd',
      '/nothing',
    ];
    return Promise.all(paths.map(async (path) => (await fetch(`app://stratigraph${path}`)).status));
  });
  expect(statuses).toEqual([200, 404, 404, 404, 404, 404]);
});

test('a request that breaks the contract, or names a file it was not given, is refused as data', async () => {
  const replies = await running.page.evaluate(async () => {
    type Ask = (input: unknown) => Promise<{ ok: boolean; problem?: { code: string } }>;
    const { request } = (window as unknown as { stratigraph: { request: Record<string, Ask> } }).stratigraph;
    const ask = async (name: string, input: unknown): Promise<string> => {
      const reply = await (request[name] as Ask)(input);
      return reply.ok ? 'ok' : (reply.problem?.code ?? '');
    };
    return {
      surplus: await ask('store.graph', { extra: 1 }),
      notAnId: await ask('image.inspect', { image: '../../etc/passwd' }),
      path: await ask('archive.load', { file: '/etc/passwd' }),
      token: await ask('archive.load', { file: '0'.repeat(32) }),
      settings: await ask('settings.change', { theme: 'pink' }),
    };
  });
  expect(replies.surplus).toBe('request-invalid');
  expect(replies.notAnId).toBe('request-invalid');
  expect(replies.path).toBe('request-invalid');
  expect(['request-invalid', 'file-not-found']).toContain(replies.token);
  expect(replies.settings).toBe('request-invalid');
});

test('whatever a script hands to the bridge is answered with a problem, or is never sent', async () => {
  const { page } = running;
  const outcome = await page.evaluate(async () => {
    type Reply = { ok: boolean; problem?: { code: string; facts: object } };
    type Ask = (input?: unknown) => Promise<Reply>;
    const { request } = (window as unknown as { stratigraph: { request: Record<string, Ask> } }).stratigraph;
    const cycle: Record<string, unknown> = {};
    cycle['self'] = [cycle];
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    const ill: readonly (() => unknown)[] = [
      () => undefined,
      () => null,
      () => NaN,
      () => -0,
      () => 2 ** 53,
      () => 10n,
      () => '../../etc/passwd',
      () => 'a\0b',
      () => '\ud800',
      () => [],
      () => cycle,
      () => deep,
      () => new Map([[1, 2]]),
      () => new Set([1]),
      () => new Date(NaN),
      () => new Error('x'),
      () => new ArrayBuffer(8),
      () => new Float64Array(2),
      () => 'x'.repeat(5 << 20),
      () => new Array<null>(1_000_000),
      () => JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}') as unknown,
      () => Object.defineProperty({}, 'image', { enumerable: true, get: () => document.title }),
      () =>
        Object.defineProperty({}, 'image', {
          enumerable: true,
          get: () => {
            throw new Error('from a getter');
          },
        }),
      () => new Proxy({}, { ownKeys: () => ['image'], get: () => 'x' }),
      () => () => 1,
      () => Symbol('x'),
      () => document.body,
      () => Promise.resolve(1),
      () => new Blob(['x']),
      () => window,
    ];
    // Those with a member that has to be right: an ill one has nothing to do.
    const names = [
      'image.inspect',
      'archive.load',
      'tree.list',
      'workspace.commit',
      'graph.piece',
      'terminal.write',
    ];
    const codes: Record<string, number> = {};
    const bad: string[] = [];
    for (const name of names)
      for (const make of ill) {
        const ask = request[name] as Ask;
        let reply: Reply | null = null;
        try {
          reply = await ask(make());
        } catch {
          // The page's own call fails: nothing was sent.
        }
        const code = reply === null ? 'unsent' : reply.ok ? 'ok' : (reply.problem?.code ?? '');
        codes[code] = (codes[code] ?? 0) + 1;
        if (reply && /\\n\s+at |node_modules|main\.cjs|\/tmp\//.test(JSON.stringify(reply)))
          bad.push(JSON.stringify(reply).slice(0, 300));
      }
    // Many at once, of which some are beyond what is answered at a time.
    const many = await Promise.all(Array.from({ length: 600 }, () => (request['cleanup.list'] as Ask)({})));
    const strange = many.filter(({ ok, problem }) => !ok && problem?.code !== 'too-much-at-once').length;
    const after = await (request['app.start'] as Ask)({});
    return { codes, bad, strange, alive: after.ok };
  });
  const { codes, ...rest } = outcome;
  expect(rest).toEqual({ bad: [], strange: 0, alive: true });
  expect(Object.keys(codes).sort()).toEqual(['request-invalid', 'unsent']);
});

test('a script opens no file dialogs: a click opens one at most', async () => {
  await inMain(
    running,
    ({ dialog }) => {
      const counted = globalThis as unknown as { shown: number };
      counted.shown = 0;
      dialog.showOpenDialog = () => {
        counted.shown++;
        return Promise.resolve({ canceled: true, filePaths: [] });
      };
    },
    null,
  );
  const codes = await running.page.evaluate(async () => {
    type Ask = (input: unknown) => Promise<{ ok: boolean; problem?: { code: string } }>;
    const { request } = (window as unknown as { stratigraph: { request: Record<string, Ask> } }).stratigraph;
    const found: (string | undefined)[] = [];
    for (let i = 0; i < 10; i++)
      found.push((await (request['archive.choose'] as Ask)({ directory: false })).problem?.code);
    return found;
  });
  // The click that loaded the images may still count, once.
  expect(codes.slice(1)).toEqual(Array(9).fill('action-unasked'));
  const shown = await inMain(running, () => (globalThis as unknown as { shown: number }).shown, null);
  expect(shown).toBeLessThan(2);
});

test('a channel that is not in the contract does not exist', async () => {
  const channels = await inMain(
    running,
    ({ ipcMain }) => {
      const handlers = (ipcMain as unknown as { _invokeHandlers?: Map<string, unknown> })._invokeHandlers;
      return handlers ? [...handlers.keys()] : [];
    },
    null,
  );
  expect(channels.length).toBeGreaterThan(15);
  expect(channels.every((name) => name.startsWith('request:') || name === 'files:register')).toBe(true);
});

test('permissions are denied', async () => {
  const answers = await running.page.evaluate(async () => {
    const state = async (name: string): Promise<string> =>
      (await navigator.permissions.query({ name: name as PermissionName })).state;
    return [await state('geolocation'), await state('notifications'), await state('camera')];
  });
  expect(answers).toEqual(['denied', 'denied', 'denied']);
});
