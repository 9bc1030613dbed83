import { z } from 'zod';
import type { Plain } from './plain';

/** How the contents of a file differ, as requests answer it; part of `contract.ts`. */

const count = z.number().int().nonnegative();
const side = z.object({ size: count, digest: z.string() }).nullable();
const line = z.object({
  kind: z.enum(['same', 'gone', 'new']),
  text: z.string(),
  first: count.nullable(),
  second: count.nullable(),
});

export const contentComparison = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    before: side,
    after: side,
    rows: z.array(z.union([line, z.object({ kind: z.literal('skipped'), count })])),
    omitted: count,
  }),
  z.object({ kind: z.enum(['binary', 'large']), before: side, after: side }),
]);
/** See {@link contentComparison}. */
export type ContentComparison = Plain<z.infer<typeof contentComparison>>;
