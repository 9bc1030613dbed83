import { problem } from '../../shared/image/problem';
import { readWhole } from '../system/readWhole';
import { UsageFault, type OptionSpec, type Parsed } from './parser';

/** Most bytes of a file with a passphrase. */
const passphraseFileLimit = 1 << 20;

/** Where the passphrase of an encrypted key comes from; never a word of the command line, which every user can read. */
export const passphraseOptions: readonly OptionSpec[] = [
  {
    long: 'passphrase-env',
    value: 'VARIABLE',
    help: ['the key’s passphrase is in this environment variable', '密钥口令位于该环境变量中'],
  },
  {
    long: 'passphrase-file',
    value: 'FILE',
    help: ['the key’s passphrase is the first line of this file', '密钥口令是该文件的第一行'],
  },
];

/** The passphrase that the options give; null without any. Throws `file-unreadable`, `cancelled` and a {@link UsageFault}. */
export async function passphraseOf(
  { values }: Pick<Parsed, 'values'>,
  signal: AbortSignal,
): Promise<string | null> {
  const [variable] = values.get('passphrase-env') ?? [];
  const [path] = values.get('passphrase-file') ?? [];
  if (variable !== undefined && path !== undefined) throw new UsageFault((t) => t('usage.passphrase'));
  if (variable !== undefined) {
    const text = process.env[variable];
    if (text === undefined) throw new UsageFault((t) => t('usage.passphraseEnv', { name: variable }));
    return text;
  }
  if (path === undefined) return null;
  const bytes = await readWhole(path, passphraseFileLimit, signal);
  if (bytes === null) throw problem('file-unreadable', { path, reason: 'EINVAL' });
  return bytes.toString('utf8').split(/\r?\n/)[0] ?? '';
}

/** The one value of an option that a command cannot do without; null where it is missing. */
export function keyOf({ values }: Pick<Parsed, 'values'>, option: string): string | null {
  return values.get(option)?.[0] ?? null;
}
