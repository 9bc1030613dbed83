import { readFileSync } from 'node:fs';

/**
 * Imported before all that looks at the environment. Node takes an `--env-file` that stands anywhere on its command line for its own
 * (`node scripts/stratigraph.mjs run --env-file …`), and would have the file say which store and which runtime are ours, and what
 * a variable without a value is. What the process was not started with is taken out again.
 */
function forgetFileVariables(): void {
  let text: string;
  try {
    text = readFileSync('/proc/self/environ', 'latin1');
  } catch {
    // Without /proc there is nothing to hold it against.
    return;
  }
  const own = new Set(
    text.split('\0').map((entry) => Buffer.from(entry.split('=', 1)[0] ?? '', 'latin1').toString()),
  );
  for (const name of Object.keys(process.env)) if (!own.has(name)) delete process.env[name];
}

if (process.argv.some((word) => word.startsWith('--env-file'))) forgetFileVariables();

export {};
