import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { binaryLimit, isSamplePath, SecretScan } from '../../shared/layer/secretScan';

/**
 * What Debian's packages and those of Node hold is everybody's: nothing in them is a secret, as an image has them at their places.
 * Of both some thousand files, evenly over all.
 */

const filesLooked = 6000;

/** So many of a list, evenly. */
function spread<T>(all: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, all.length / count);
  return all.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/** Says what is found in files, by their places in an image. */
function alarms(files: Iterable<readonly [path: string, file: string]>): readonly string[] {
  const found: string[] = [];
  for (const [path, file] of files) {
    const info = lstatSync(file, { throwIfNoEntry: false });
    if (!info?.isFile() || info.size > binaryLimit || isSamplePath(path)) continue;
    const bytes = readFileSync(file);
    const scan = new SecretScan(path, bytes.subarray(0, 8192).includes(0));
    scan.feed(bytes.toString('latin1'));
    found.push(...scan.end().map(({ rule, line, excerpt }) => `${path}:${line} ${rule} ${excerpt}`));
  }
  return found;
}

const lists = '/var/lib/dpkg/info';

test.runIf(existsSync(lists))('in packages of Debian', () => {
  const paths = readdirSync(lists)
    .filter((name) => name.endsWith('.list'))
    .flatMap((name) => readFileSync(join(lists, name), 'utf8').split('\n'))
    .filter((path) => path !== '');
  expect(paths.length).toBeGreaterThan(1000);
  expect(alarms(spread(paths.sort(), filesLooked).map((path) => [path.slice(1), path]))).toEqual([]);
});

test('in packages of Node', () => {
  const root = join(import.meta.dirname, '..', '..', 'node_modules');
  const files: (readonly [string, string])[] = [];
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.push([`app/node_modules/${file.slice(root.length + 1)}`, file]);
  }
  expect(files.length).toBeGreaterThan(1000);
  expect(alarms(spread(files, filesLooked))).toEqual([]);
});
