import { z } from 'zod';

/** What the window remembers between starts. */
export const settingsShape = {
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'zh-CN']),
  density: z.enum(['regular', 'compact']),
  view: z.enum(['graph', 'strata', 'map', 'overlap', 'table']),
  sidebar: z.boolean(),
  inspector: z.boolean(),
  /** CSS pixels; null: the design's default for the window's width. */
  sidebarWidth: z.number().int().min(160).max(480).nullable(),
  inspectorWidth: z.number().int().min(260).max(640).nullable(),
  /** The same, of the terminals at the foot of a page. */
  terminalHeight: z.number().int().min(150).max(4000).nullable(),
  graphSizes: z.enum(['layer', 'cumulative']),
  graphFold: z.boolean(),
  graphEmptySteps: z.boolean(),
  graphOnlyTagged: z.boolean(),
  strataHeight: z.enum(['linear', 'balanced', 'equal']),
  strataOrder: z.enum(['lineage', 'size', 'age']),
  strataGrouped: z.boolean(),
  /** The innermost blocks that the map draws before it is gone into. */
  mapDetail: z.enum(['images', 'layers']),
  overlapUnit: z.enum(['bytes', 'share']),
  showDangling: z.boolean(),
  tableSort: z.object({
    column: z.enum(['repository', 'tag', 'id', 'created', 'size', 'shared', 'unique']),
    descending: z.boolean(),
  }),
  tableGroup: z.enum(['none', 'repository', 'family']),
  saveFormat: z.enum(['docker-archive', 'oci-archive']),
  saveCompression: z.enum(['kept', 'none', 'gzip', 'zstd']),
};

/** A change of some settings, as the window sends it: every member that is there must be right. */
export const settingsChange = z.strictObject(settingsShape).partial();

/** All settings. */
export const settingsSchema = z.object(settingsShape);

/** See {@link settingsSchema}. */
export type Settings = z.infer<typeof settingsSchema>;
