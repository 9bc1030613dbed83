import { z } from 'zod';
import type { DifferenceSum } from '../layer/compareTrees';
import type { FoldedDifference } from '../layer/foldDifferences';
import type { Plain } from './plain';
import { textBounds } from './textBounds';
import * as s from './schemas';
import { innerPath, nodeFacts } from './workspace';
import { contentComparison } from './contents';

/** The part of the contract that compares files: of two images, and of all layers; part of `contract.ts`. */

const count = z.number().int().nonnegative();
const kind = z.enum(['added', 'changed', 'removed']);

const fileDifference = z.object({
  path: z.string(),
  kind,
  before: nodeFacts.nullable(),
  after: nodeFacts.nullable(),
  aspects: z.array(z.enum(['content', 'mode', 'owner', 'times', 'target', 'type', 'unread'])),
  depth: count,
  below: z.object({ paths: count, bytes: count }).nullable(),
}) satisfies z.ZodType<FoldedDifference>;
const sum = z.object({ paths: count, before: count, after: count }) satisfies z.ZodType<DifferenceSum>;

const differencePage = z.object({
  /** Rows of what the filter leaves; the page begins at the offset that was asked for. */
  matching: count,
  page: z.array(fileDifference),
  /** Sums over all differences, whatever the filter. */
  added: sum,
  changed: sum,
  removed: sum,
  timesOnly: count,
  /** Differences that were too many to list. */
  omitted: count,
  /** Changed paths of equal size whose contents were not compared. */
  unread: count,
  /** Bytes of blobs that have to be read to compare them; 0 where nothing can be read. */
  bytesToRead: count,
});
export type DifferencePage = Plain<z.infer<typeof differencePage>>;

/** Two images; the second may be of another place than the first (`other`). */
const images = { source: s.source, other: s.sourceId.optional(), first: s.imageId, second: s.imageId };

const duplicateReport = z.object({
  files: z.array(
    z.object({
      contents: z.string(),
      size: count,
      waste: count,
      stored: count,
      copyCount: count,
      copies: z.array(z.object({ layer: count, path: z.string() })),
    }),
  ),
  count,
  waste: count,
  stored: count,
  layers: z.array(
    z.object({
      chainIds: z.array(s.chainId),
      diffId: s.diffId,
      createdBy: z.string(),
      images: z.array(s.imageId),
      imageCount: count,
    }),
  ),
  revision: z.string(),
});
/** See {@link duplicateReport}. */
export type DuplicateReport = Plain<z.infer<typeof duplicateReport>>;

export const compareRequests = {
  /** Equal files in different layers of a place as they were last found; null before. */
  'duplicates.list': { input: z.strictObject({ source: s.source }), output: duplicateReport.nullable() },
  /** Finds them: reads the layers that may hold some. */
  'duplicates.find': {
    input: z.strictObject({ source: s.source }),
    output: z.object({ operation: s.operationId }),
  },
  /**
   * How the files of two images differ, by path. Reads indexes only; where one is missing it is made again
   * from the blob, which `compare.stop` ends.
   */
  'compare.files': {
    input: z.strictObject({
      ...images,
      kind: z.enum(['all', 'added', 'changed', 'removed']),
      /** Part of the path; `''` for all. */
      text: s.text(textBounds.search),
      /** Directories that are shown with what lies in them, of those that are there on one side alone. */
      open: z.array(innerPath).max(10_000).default([]),
      offset: z.number().int().min(0).max(10_000_000),
    }),
    output: differencePage,
  },
  /** How the contents of one file differ. */
  'compare.contents': {
    input: z.strictObject({ ...images, path: innerPath }),
    output: contentComparison,
  },
  /** Ends what `compare.files` and `compare.contents` wait for. */
  'compare.stop': { input: z.strictObject(images), output: z.null() },
  /** Reads the layers whose files have to be hashed before all contents are compared. */
  'compare.read': {
    input: z.strictObject(images),
    output: z.object({ operation: s.operationId }),
  },
} as const;
