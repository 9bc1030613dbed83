import { z } from 'zod';
import { defaultSettings } from './defaultSettings';
import { settingsInFile } from './settingsInFile';

/** Where the window was; checked against the displays before use. */
const windowState = z.object({
  x: z.number().int().nullable().catch(null),
  y: z.number().int().nullable().catch(null),
  width: z.number().int().min(960).max(16384).catch(1280),
  height: z.number().int().min(600).max(16384).catch(800),
  maximized: z.boolean().catch(false),
});
/** Place and size of the window, CSS pixels of the screen. */
export type WindowState = z.infer<typeof windowState>;

/** What is remembered between starts; whatever is missing or broken falls back to its default, one by one. */
export const profileSchema = z.object({
  settings: settingsInFile.catch(defaultSettings),
  window: windowState.catch(windowState.parse({})),
});
/** See {@link profileSchema}. */
export type Profile = z.infer<typeof profileSchema>;

/** What the file of the stores that were opened lately holds: their folders, newest first. */
export const recentStoresFile = z.object({ stores: z.array(z.string().min(1).max(4096)) });
