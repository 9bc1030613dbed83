import { z } from 'zod';
import type { CleanUpCandidate } from '../graph/cleanUp';
import * as s from './schemas';

/** The part of the contract that cleans up: what may go, taking it out, putting it back. */

const candidate = z.object({
  id: s.imageId,
  reason: z.enum(['dangling', 'duplicate', 'superseded', 'unused']),
  other: s.imageId.nullable(),
  lastUsed: z.number().nullable(),
  suggested: z.boolean(),
}) satisfies z.ZodType<CleanUpCandidate>;

const trashId = z.string().regex(/^[0-9a-f]{32}$/);
const amount = { count: z.number().int().nonnegative(), bytes: z.number().int().nonnegative() };

const cleanUpList = z.object({
  candidates: z.array(candidate),
  /** Images that something holds, and what: names of workspaces, places of mounts. */
  held: z.array(z.object({ image: s.imageId, by: z.array(z.string()) })),
  /** Unpacked layers that no mount shows, bytes on disk. */
  unpacked: z.object(amount),
  /** What interrupted loads left; `since` in milliseconds since 1970. */
  interrupted: z.object({ ...amount, since: z.number().nullable() }),
  /** What was removed and can be put back. */
  trash: z.array(
    z.object({
      id: trashId,
      removedAt: z.number(),
      names: z.array(z.string()),
      images: z.number().int().nonnegative(),
    }),
  ),
  /** Milliseconds for which a clean-up can be taken back. */
  undoTime: z.number(),
});
/** See {@link cleanUpList}. */
export type CleanUpList = z.infer<typeof cleanUpList>;

export const cleanUpRequests = {
  'cleanup.list': { input: z.strictObject({}), output: cleanUpList },
  'cleanup.start': {
    input: z.strictObject({
      images: z.array(s.imageId).max(100_000),
      unpacked: z.boolean(),
      interrupted: z.boolean(),
      shown: s.shownRemoval,
    }),
    output: z.object({ operation: s.operationId }),
  },
  /** Puts back what a clean-up took out; false when the garbage collector was faster. */
  'cleanup.undo': { input: z.strictObject({ trash: trashId }), output: z.object({ restored: z.boolean() }) },
  /** Runs the garbage collector now: what was removed, and shown, is gone for good. */
  'cleanup.collect': {
    /** What was shown of it; what was removed since can still be put back. */
    input: z.strictObject({ trash: z.array(trashId).max(100_000) }),
    output: z.object({ freedBytes: z.number(), keptFor: s.keptFor.optional() }),
  },
} as const;
