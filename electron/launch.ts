/** What the window was started with. */
export interface Launch {
  /** Archives to load. */
  readonly files: readonly string[];
  /** Archives and layout folders to open where they lie. */
  readonly look: readonly string[];
  /** Folder of the store when one was named; null for the default one. */
  readonly store: string | null;
}

/**
 * Reads the arguments of a start of the window: files, `--look FILE`, `--store DIR` (also as `--look=FILE`). Chromium's own switches are passed
 * over; after `--` everything is a file.
 */
export function parseLaunch(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Launch {
  const files: string[] = [];
  const look: string[] = [];
  let store = environment['STRATIGRAPH_STORE'] ?? null;
  let onlyFiles = false;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (onlyFiles) files.push(word);
    else if (word === '--') onlyFiles = true;
    else if (word === '--look') look.push(...argv.slice(++i, i + 1));
    else if (word.startsWith('--look=')) look.push(word.slice('--look='.length));
    else if (word === '--store') store = argv[++i] ?? store;
    else if (word.startsWith('--store=')) store = word.slice('--store='.length);
    else if (!word.startsWith('-')) files.push(word);
  }
  return { files, look, store: store === '' ? null : store };
}
