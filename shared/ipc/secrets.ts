import { z } from 'zod';
import type { SecretRuleId } from '../layer/secretRules';
import { mostPaths } from './pathBounds';
import type { Plain } from './plain';
import * as s from './schemas';

/** The part of the contract that is about secrets in images, and about taking paths out; part of `contract.ts`. */

const count = z.number().int().nonnegative();
const rule = z.string() as unknown as z.ZodType<SecretRuleId>;
const match = { rule, line: count, excerpt: z.string() };

const imageSecrets = z.object({
  files: z.array(
    z.object({
      ...match,
      path: z.string(),
      /** From the base, 1 up. */
      layer: count,
      chainId: s.chainId,
      createdBy: z.string(),
      state: z.enum(['visible', 'covered', 'deleted']),
      by: count.nullable(),
    }),
  ),
  config: z.array(z.object({ ...match, field: z.string(), key: z.string() })),
  scanned: z.object({ files: count, bytes: count }),
  skipped: z.object({ large: count, sparse: count, samples: count }),
  /** Secrets in files that were too many to list. */
  omitted: count,
});
/** What was found in an image: masked, never a whole secret. */
export type ShownSecrets = Plain<z.infer<typeof imageSecrets>>;

/** Paths of an image, relative, as lists give them. */
const paths = z.array(s.text(8192)).min(1).max(mostPaths);

export const secretRequests = {
  /** Looks through all layers and the config of an image; `secrets.stop` ends it, and what was read is kept. */
  'secrets.find': { input: z.strictObject({ source: s.source, image: s.imageId }), output: imageSecrets },
  'secrets.stop': { input: z.strictObject({ source: s.source, image: s.imageId }), output: z.null() },
  /** What an image without some paths would be, and where what they hold stands all the same; `rewrite.stop` ends it. */
  'rewrite.preview': {
    input: z.strictObject({ image: s.imageId, paths }),
    output: z.object({
      /** Layers that are written anew, and those that stay. */
      layers: count,
      kept: count,
      removedBytes: count,
      freedBytes: count,
      sharedBytes: count,
      sharedWith: z.array(z.string()),
      elsewhere: z.array(z.object({ path: z.string(), image: z.string(), own: z.boolean(), layer: count })),
      elsewhereCount: count,
    }),
  },
  'rewrite.stop': { input: z.strictObject({ image: s.imageId, paths }), output: z.null() },
  'rewrite.start': {
    input: z.strictObject({
      image: s.imageId,
      paths,
      reference: s.referenceText.nullable(),
      /** As of a squash: who was shown to have the name. */
      holder: s.imageId.nullable().optional(),
    }),
    output: z.object({ operation: s.operationId }),
  },
} as const;
