// Modules of the command line that are read when something of them is first used, not when a command starts: most commands print no
// message of the catalogue, and start neither a process nor a thread.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';

const require = createRequire(import.meta.url);
const builtins = ['node:child_process', 'node:net', 'node:v8', 'node:worker_threads'];
const files = ['shared/text/messages/all.ts', 'shared/text/messages/problem.ts'];
const namespace = 'late';

/** The names of the values that a file exports. */
const exportsOf = (path) =>
  [...readFileSync(path, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);

/** An esbuild plugin: each of these modules has getters in place of its exports, which import the module itself. */
export const late = (root) => ({
  name: 'late',
  setup: (it) => {
    it.onResolve({ filter: new RegExp(`^(?:${builtins.join('|')})$`) }, ({ path, namespace: from }) =>
      from === namespace ? { path, external: true } : { path, namespace },
    );
    it.onResolve({ filter: /\/messages\/(?:all|problem)$/, namespace: 'file' }, ({ path, resolveDir }) => {
      const name = relative(root, join(resolveDir, `${path}.ts`))
        .split(sep)
        .join('/');
      return files.includes(name) ? { path: name, namespace } : undefined;
    });
    it.onLoad({ filter: /.*/, namespace }, ({ path }) => {
      const [from, names] = files.includes(path)
        ? [`./${path}`, exportsOf(join(root, path))]
        : [path, Object.keys(require(path))];
      const getters = names.map((name) => `get ${name}() { return load().${name}; }`).join(', ');
      const contents = `let it; const load = () => (it ??= require(${JSON.stringify(from)}));\nmodule.exports = { ${getters} };`;
      return { contents, resolveDir: root };
    });
  },
});
