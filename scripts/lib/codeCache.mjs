// A bundle with what V8 has made of it: reading 1.5 MB of JavaScript takes longer than most commands do. `npm run build` writes the
// cache beside the bundle, whose trust it shares. It counts for these bytes of the bundle alone, and V8 takes it only for its own version
// and options; everything else, and a cache that the disk has changed, is compiled as ever. Node 20 has no `import()` in code from a cache:
// the bundle has none.
import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

const cacheOf = (bundle) => bundle.replace(/\.cjs$/, '.code');
const hashBytes = 32;
const hashOf = (source, code) => createHash('sha256').update(source).update(code).digest();

function readCode(bundle, source) {
  try {
    const bytes = readFileSync(cacheOf(bundle));
    const code = bytes.subarray(hashBytes);
    return hashOf(source, code).equals(bytes.subarray(0, hashBytes)) ? code : undefined;
  } catch {
    return undefined;
  }
}

function compile(bundle, source, cachedData) {
  // V8 keeps text of ASCII alone at a byte a character, and takes it over in half the time.
  const body = isAscii(source) ? source.latin1Slice() : source.toString();
  // As Node wraps a CommonJS module; in one line, so that lines in stack traces are those of the bundle.
  const text = `(function (exports, require, module, __filename, __dirname) {${body}\n})`;
  return new Script(text, { filename: bundle, ...(cachedData ? { cachedData } : {}) });
}

function start(script, bundle) {
  const own = { exports: {} };
  const parts = [own.exports, createRequire(bundle), own, bundle, dirname(bundle)];
  script.runInThisContext().call(own.exports, ...parts);
}

/** Runs a bundle of the build. Returns whether its cache was taken. */
export function runBundle(bundle) {
  const source = readFileSync(bundle);
  const code = readCode(bundle, source);
  const script = compile(bundle, source, code);
  start(script, bundle);
  return code !== undefined && script.cachedDataRejected === false;
}

/** Runs a bundle and keeps, when the process ends, what of it was compiled until then. */
export function runAndKeepCode(bundle) {
  const source = readFileSync(bundle);
  const script = compile(bundle, source);
  process.once('exit', () => {
    const code = script.createCachedData();
    const draft = `${cacheOf(bundle)}.${process.pid}`;
    writeFileSync(draft, Buffer.concat([hashOf(source, code), code]));
    renameSync(draft, cacheOf(bundle));
  });
  start(script, bundle);
}
