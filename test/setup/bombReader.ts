import { decompress } from '../../electron/tar/decompress';
import { storedLimits } from '../../shared/image/limits';
import { bombs } from './bombs';

/** Reads the bomb that its argument names, in a process of its own, and prints what came of it. */
async function main(name: string): Promise<void> {
  const bomb = bombs[name];
  if (!bomb) throw new Error(`no bomb is called ${name}`);
  const budget = { limits: storedLimits, file: 'bomb', what: name };
  let bytes: number | null = 0;
  try {
    for await (const chunk of decompress(bomb.kind, bomb.pieces(), budget)) bytes += chunk.length;
  } catch {
    bytes = null;
  }
  // `maxRSS` is in KiB.
  process.stdout.write(JSON.stringify({ bytes, peak: process.resourceUsage().maxRSS * 1024 }));
}

void main(process.argv[2] ?? '');
