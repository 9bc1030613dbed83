import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { secretRulesVersion } from '../../shared/layer/secretRules';
import { tarCacheFormat } from '../../shared/layer/tarRules';
import { readOwnFile } from '../store/ownPlaces';
import { fromSealedJson, toSealedJson } from '../store/seal';
import type { SecretMatch } from '../../shared/layer/secretScan';

/** Bytes of the file change with this and with the rules. */
const format = tarCacheFormat(3);

/** What one layer holds: masked, so that the cache keeps no secret. */
export interface LayerSecrets {
  readonly files: readonly { readonly path: string; readonly matches: readonly SecretMatch[] }[];
  /** Files that were looked through, and their bytes. */
  readonly scanned: { readonly files: number; readonly bytes: number };
  /** Files that were not: binaries over the limit, sparse files, and samples of installed software. */
  readonly skipped: { readonly large: number; readonly sparse: number; readonly samples: number };
}

/** Writes what was found as a new file and makes it durable. Throws the file system's own faults. */
export function writeLayerSecrets(path: string, diffId: string, found: LayerSecrets): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    const bytes = Buffer.from(
      toSealedJson('secrets', { format, rules: secretRulesVersion, diffId, ...found }),
    );
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** What is kept of a layer; null when there is nothing whole with our seal that these rules made. */
export function readLayerSecrets(path: string, diffId: string): LayerSecrets | null {
  const read = fromSealedJson('secrets', readOwnFile(path)?.toString('utf8') ?? '') as
    (LayerSecrets & { format: number; rules: number; diffId: string }) | null;
  if (read?.format !== format || read.rules !== secretRulesVersion || read.diffId !== diffId) return null;
  const { files, scanned, skipped } = read;
  return { files, scanned, skipped };
}
