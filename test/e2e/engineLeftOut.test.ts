import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { startFakeEngine, type FakeEngine } from '../setup/fakeEngine';

/** An engine whose only image cannot be read. */

const id = `sha256:${'c'.repeat(64)}`;

describe('an engine in the window', () => {
  let engine: FakeEngine;
  let running: RunningApp;

  beforeAll(async () => {
    engine = await startFakeEngine({
      'GET /images/json': { json: [{ Id: id, RepoTags: ['shop:broken'] }] },
      [`GET /images/${id}/json`]: { json: { Id: id, RootFS: { Layers: ['../x'] } } },
      [`GET /images/${id}/history`]: { json: [] },
    });
    running = await startApp({
      env: { DOCKER_HOST: `unix://${engine.path}`, DOCKER_CONFIG: '/nonexistent' },
    });
  }, 120_000);
  afterAll(async () => {
    await running.close();
    await engine.close();
  }, 60_000);

  test('says what it leaves out and why, and is not called empty', async () => {
    const { page } = running;
    await page.getByText('Look into Docker').waitFor();
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    const notice = page.locator('.inline-notice', { hasText: 'shop:broken' });
    await notice.waitFor();
    expect(await notice.innerText()).toContain('1 image of Docker cannot be read, and is not shown.');
    expect(await notice.innerText()).toContain('makes no sense');
    expect(await page.getByText('There is no image in Docker yet.').count()).toBe(0);
    // Once it is gone from there, the engine is empty.
    engine.answers['GET /images/json'] = { json: [] };
    await notice.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('There is no image in Docker yet.').waitFor();
    await notice.waitFor({ state: 'detached' });
  });
});
