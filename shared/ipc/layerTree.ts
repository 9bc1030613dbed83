import { z } from 'zod';
import type { TreeEntry, TreePage } from '../layer/layerTree';
import type { Plain } from './plain';
import * as s from './schemas';

/** Requests and events for the insides of a layer: directories with what is in them, in bytes; part of `contract.ts`. */

const bytes = z.number().int().nonnegative();
const none = z.null();

/** Most names of a directory in one answer. */
export const treePageLimit = 400;

const kind = z.enum(['directory', 'file', 'sparse', 'hardlink', 'other']);
const leaf = z.object({ name: z.string(), kind, bytes, files: bytes });
const entry = leaf.extend({ children: z.array(leaf) }) satisfies z.ZodType<TreeEntry>;

export const treePage = z.object({
  bytes,
  files: bytes,
  deletions: bytes,
  entries: bytes,
  page: z.array(entry),
  restBytes: bytes,
  /** Bytes of the layer's files, uncompressed, each counted once, and of the blob that they are stored in. */
  layerBytes: bytes,
  storedBytes: bytes,
}) satisfies z.ZodType<TreePage>;
export type LayerTree = Plain<z.infer<typeof treePage>>;

export const layerTreeRequests = {
  /**
   * A directory of one layer, largest first, one level of its directories with it. Makes the layer's index again when
   * that is missing, which can take long: `layer.reading` tells how far it is, `layer.stop` ends it.
   */
  'layer.tree': {
    input: z.strictObject({
      source: s.source,
      layer: s.chainId,
      /** Relative; `''` is the root of the layer. */
      path: s.text(8192),
      /** Names to skip, largest first. */
      offset: z.number().int().min(0).max(10_000_000),
    }),
    output: treePage,
  },
  /** Ends the reading of a layer that `layer.tree` waits for. */
  'layer.stop': { input: z.strictObject({ source: s.source, layer: s.chainId }), output: none },
};

export const layerTreeEvents = {
  /** Bytes of a layer's blob that were read while its index is made again. */
  'layer.reading': z.object({ layer: s.chainId, done: bytes, total: bytes }),
};
