import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runs } from '../../setup/benchFolder';
import { temporaryFolder } from '../../setup/temporary';
import { bundle } from './scripts';

/** A bench with what benches have: files, a process of its own, which has one of its own, and, where it may, a mount. */
const bench = `import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchFolder, runBench } from ${JSON.stringify(join(import.meta.dirname, '..', '..', 'setup', 'benchFolder'))};
const folder = benchFolder();
runBench(folder, async () => {
  const inner = mkdtempSync(join(tmpdir(), 'inner-'));
  const mounted = join(inner, 'a b');
  mkdirSync(mounted);
  if (process.getuid?.() === 0) execFileSync('mount', ['-t', 'tmpfs', 'none', mounted]);
  writeFileSync(join(mounted, 'file'), 'x');
  const child = spawn('/bin/sh', ['-c', 'sleep 1000 & echo $! $$; wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text))));
  process.stdout.write(said.trim() + ' ' + folder + '\\n');
  if (process.argv[2] === 'done') return;
  if (process.argv[2] === 'fault') throw new Error('it is a fault');
  await new Promise((resolve) => child.once('exit', resolve));
  throw new Error('what it has started was ended');
});
`;

test.each([
  ['done', null, 0, ''],
  ['fault', null, 1, 'it is a fault'],
  ['wait', 'SIGINT', 130, ''],
  ['wait', 'SIGTERM', 143, ''],
] as const)('a bench leaves nothing: %s, %s', async (word, signal, code, fault) => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'bench.ts'), bench);
  const script = await bundle(join(folder, 'bench.ts'), join(folder, 'bench.cjs'));
  const child = spawn(process.execPath, [script, word], { env: { ...process.env, TMPDIR: folder } });
  const ended = once(child, 'close');
  let noted = '';
  child.stderr.on('data', (text: Buffer) => (noted += text.toString()));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  if (signal !== null) child.kill(signal);
  expect((await ended)[0], noted).toBe(code);
  if (fault === '') expect(noted).toBe('');
  else expect(noted).toContain(fault);
  const [inner = '', outer = '', place = ''] = said.toString().trim().split(' ');
  expect(place.startsWith(folder)).toBe(true);
  expect([inner, outer].filter((pid) => runs(Number(pid)))).toEqual([]);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(place);
  expect(existsSync(place)).toBe(false);
});
