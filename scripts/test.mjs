// npm test: sets everything up, then runs every check and every suite. `npm test -- unit` runs one part.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './lib/built.mjs';
import { displaysForTests } from './lib/display.mjs';
import { resolveElectron } from './lib/electronRuntime.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { fail, say } from './lib/say.mjs';
import { checks, runStep } from './lib/steps.mjs';
import {
  ensureSystemPackages,
  fontPackages,
  peerPackages,
  runtimePackages,
  treePackages,
} from './lib/systemPackages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const parts = ['check', 'unit', 'interop', 'e2e'];
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'));
for (const word of asked)
  if (!parts.includes(word)) fail(`There is no part "${word}": use ${parts.join(', ')}.`);
const wanted = new Set(asked.length > 0 ? asked : parts);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const results = join(root, 'test-results');

ensurePackages(root);
const notes = [];
const totals = { passed: 0, failed: 0, skipped: 0 };
/** What failed, told again at the very end: thousands of lines lie between a failure and the totals. */
const failures = [];
let ok = true;

if (wanted.has('check')) {
  for (const [title, name, args] of checks) {
    const worked = runStep(root, title, bin(name), args);
    ok = worked && ok;
    totals[worked ? 'passed' : 'failed']++;
    if (!worked) failures.push(title);
  }
}

/** The failed tests of vitest's JSON report, each with where it is and the head of what it said. */
function failedTests(files) {
  const head = (text) => text.split('\n').slice(0, 12).join('\n    ');
  return files.flatMap((file) => {
    const name = relative(root, file.name);
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0 && file.status === 'failed') return [`${name}\n    ${head(file.message ?? '')}`];
    return failed.map((test) => `${name} > ${test.fullName}\n    ${head(test.failureMessages.join('\n'))}`);
  });
}

/** Runs suites with vitest, their files side by side, and adds their counts. */
function runSuites(names, env = {}) {
  const name = names.join(' and ');
  const report = join(results, `${names.join('-')}.json`);
  rmSync(report, { force: true });
  mkdirSync(results, { recursive: true });
  const args = [
    'run',
    ...names.flatMap((each) => ['--project', each]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const worked = runStep(root, `Suite ${name}`, bin('vitest'), args, env);
  if (!existsSync(report)) {
    totals.failed++;
    failures.push(`Suite ${name}: ended without a report`);
    ok = false;
    return;
  }
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const failed = failedTests(testResults);
  failures.push(...failed);
  totals.passed += numPassedTests;
  totals.failed += numFailedTests;
  totals.skipped += numPendingTests;
  // A file that could not even be loaded counts as a failure, though it counts no test.
  if (!worked && numFailedTests === 0) {
    totals.failed += Math.max(1, numFailedTestSuites);
    if (failed.length === 0) failures.push(`Suite ${name}: failed outside of a test`);
  }
  ok = worked && ok;
}

if (wanted.has('unit') || wanted.has('interop') || wanted.has('e2e')) ensureBuilt(root);
if (wanted.has('unit') || wanted.has('interop') || wanted.has('e2e')) {
  const missing = ensureSystemPackages(
    treePackages,
    'a static shell, OCI runtimes, the tools of rootless mounts, Graphviz and zsh',
  );
  if (missing.length > 0) notes.push(`Tests of mounts and runs may fail without ${missing.join(', ')}.`);
}
if (wanted.has('unit')) runSuites(['unit']);

// Files of both side by side: while one waits for its engine, the other's window has the processor.
const waiting = [];
if (wanted.has('interop')) {
  const missing = ensureSystemPackages(peerPackages, 'the tools that the tests hold us against');
  if (missing.length > 0) notes.push(`Suite interop ran without ${missing.join(', ')}: not installed.`);
  if (process.getuid?.() !== 0) notes.push('Suite interop ran without a Docker engine: dockerd needs root.');
  waiting.push('interop');
}
let display = { env: {}, close: () => undefined };
let electron = null;
if (wanted.has('e2e')) {
  const missing = ensureSystemPackages(
    [...runtimePackages, ...fontPackages],
    'the libraries that Electron needs',
  );
  try {
    const needed = missing.filter((name) => !fontPackages.includes(name));
    if (needed.length > 0) throw new Error(`${needed.join(', ')} missing.`);
    electron = await resolveElectron(root);
    // Larger than the largest window that is tested: a window manager's absence would clip it.
    display = await displaysForTests(2, '2560x1600x24');
    waiting.push('e2e');
  } catch (fault) {
    failures.push(`Suite e2e did not run: ${fault.message}`);
    totals.failed++;
    ok = false;
  }
}
if (waiting.length > 0)
  runSuites(waiting, { ...display.env, STRATIGRAPH_ELECTRON_RUNTIME: JSON.stringify(electron) });
display.close();

say('');
if (!existsSync(join(process.env.STRATIGRAPH_SHARED ?? join(root, '..', 'shared'), 'fixtures'))) {
  notes.push(
    'Suites over archives of other tools did not run: there is no folder "shared" beside the checkout.',
  );
}
for (const note of notes) say(note);
for (const failure of failures) say(`✗ ${failure}`);
if (wanted.has('e2e')) say('Screenshots: test-results/screenshots');
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
say(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exit(ok && totals.failed === 0 ? 0 : 1);
