// npm run check: formatting, lint and types.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './lib/packages.mjs';
import { checks, runStep } from './lib/steps.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
ensurePackages(root);
const results = checks.map(([title, bin, args]) =>
  runStep(root, title, join(root, 'node_modules', '.bin', bin), args),
);
process.exit(results.every(Boolean) ? 0 : 1);
