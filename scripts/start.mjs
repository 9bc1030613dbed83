// npm start: sets everything up, then opens the app. Arguments are archives to load.
import { spawn } from 'node:child_process';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './lib/built.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { resolveElectron } from './lib/electronRuntime.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { fail } from './lib/say.mjs';
import { ensureSystemPackages, fontPackages, runtimePackages } from './lib/systemPackages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
ensurePackages(root);
if (ensureSystemPackages(runtimePackages, 'the libraries that Electron needs').length > 0) process.exit(1);
// Without the font everything works but Chinese text; nobody is stopped for it.
ensureSystemPackages(fontPackages, 'a font for Chinese text (only needed for it)');
const electron = await resolveElectron(root).catch((fault) => fail(fault.message));
ensureBuilt(root);
const display = await ensureDisplay();

// npm changes the folder; files are named from where the command was typed.
const from = process.env.INIT_CWD ?? process.cwd();
const words = process.argv.slice(2);
const files = words.map((word) => (word.startsWith('-') || isAbsolute(word) ? word : join(from, word)));
const quiet = display.env.DISPLAY ? ['--disable-gpu'] : [];
const child = spawn(electron.executable, [...electron.args, ...quiet, ...files], {
  stdio: 'inherit',
  env: { ...process.env, ...display.env },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (fault) => fail(`Electron could not be started: ${fault.message}`));
child.on('exit', (code, signal) => {
  display.close();
  process.exit(signal ? 1 : (code ?? 0));
});
