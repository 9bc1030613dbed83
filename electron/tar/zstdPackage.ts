/**
 * Loads the package, which is an ES module. In a file of its own, that the build leaves out of the command line's bundle: Node 20 has no
 * `import()` in code that comes from a cache (`scripts/lib/codeCache.mjs`).
 */
export const loadPackage = () => import('@cloudpss/zstd/napi');
