import { z } from 'zod';

/** What the window remembers between starts. Unknown or broken values fall back to the default, one by one. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  language: z.enum(['system', 'en', 'zh-CN']).catch('system'),
  density: z.enum(['regular', 'compact']).catch('regular'),
  view: z.enum(['graph', 'table']).catch('graph'),
  sidebar: z.boolean().catch(true),
  inspector: z.boolean().catch(true),
  /** CSS pixels; null: the design's default for the window's width. */
  sidebarWidth: z.number().int().min(160).max(480).nullable().catch(null),
  inspectorWidth: z.number().int().min(260).max(640).nullable().catch(null),
  graphSizes: z.enum(['layer', 'cumulative']).catch('layer'),
  graphFold: z.boolean().catch(true),
  graphEmptySteps: z.boolean().catch(false),
  graphOnlyTagged: z.boolean().catch(false),
  showDangling: z.boolean().catch(true),
  tableSort: z
    .object({
      column: z.enum(['repository', 'tag', 'id', 'created', 'size', 'shared', 'unique']),
      descending: z.boolean(),
    })
    .catch({ column: 'created', descending: true }),
  tableGroup: z.enum(['none', 'repository', 'family']).catch('none'),
  saveFormat: z.enum(['docker-archive', 'oci-archive']).catch('docker-archive'),
});

/** See {@link settingsSchema}. */
export type Settings = z.infer<typeof settingsSchema>;

/** The settings of a first start. */
export const defaultSettings: Settings = settingsSchema.parse({});
