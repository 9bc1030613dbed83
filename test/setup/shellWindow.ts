import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startApp, type RunningApp } from './electronApp';
import { shellArchive } from './shellImage';
import { cli, dragFiles } from './windowTools';

/** Starts the app, drops the image with a shell into it (`rig/shell:1.0`), and makes workspaces of these names on it. */
export async function startWithShell(
  workspaces: readonly string[] = [],
  options: Parameters<typeof startApp>[0] = {},
): Promise<RunningApp> {
  const running = await startApp(options);
  const file = join(running.folder, 'shell.tar');
  await writeFile(file, shellArchive());
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'rig/shell:1.0' }).waitFor();
  for (const name of workspaces) await cli(running.store, 'workspace', 'create', 'rig/shell:1.0', name);
  return running;
}
