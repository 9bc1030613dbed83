import { z } from 'zod';
import type { Plain } from './plain';

/** The guided page "How layers work": what the book's building looks like on disk after a step. */

const guideEntry = z.object({
  /** Path below the directory. */
  path: z.string(),
  type: z.enum(['file', 'directory', 'whiteout']),
  /** First line of a file's text, '' for anything else. */
  text: z.string(),
  size: z.number().int().nonnegative(),
  /** As `ls -l` prints it: `-rw-r--r--`, `c---------`. */
  mode: z.string(),
  /** Device numbers as found on disk; null for what is no device. */
  major: z.number().int().nullable(),
  minor: z.number().int().nullable(),
});
export type GuideEntry = Plain<z.infer<typeof guideEntry>>;

const guideCommand = z.object({
  /** The command as a person would type it. */
  command: z.string(),
  /** What it printed, line by line; the line of a whiteout is marked. */
  output: z.array(z.object({ text: z.string(), whiteout: z.boolean() })),
  /** True for the mount, which runs with rights that the person's shell may not have. */
  asRoot: z.boolean(),
});
export type GuideCommand = Plain<z.infer<typeof guideCommand>>;

export const guideState = z.object({
  /** Steps done: 0 (an empty folder) to 5. */
  step: z.number().int().min(0).max(5),
  /** Where the four directories are, for people to read. */
  folder: z.string(),
  /** True while merge is mounted. */
  mounted: z.boolean(),
  material: z.array(guideEntry),
  material2: z.array(guideEntry),
  build: z.array(guideEntry),
  merge: z.array(guideEntry),
  /** From step 5 on: the new empty directory on top. */
  next: z.array(guideEntry).nullable(),
  /** Commands of this step, with what they printed. */
  commands: z.array(guideCommand),
});
export type GuideState = Plain<z.infer<typeof guideState>>;
