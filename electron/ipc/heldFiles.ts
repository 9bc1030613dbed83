import { stat } from 'node:fs/promises';
import { readHeldFile, type Chains, type Held } from '../actions/copy/heldLayers';
import { problem } from '../../shared/image/problem';
import type { FileTokens } from './fileTokens';
import { unwatchedRun } from './unwatchedRun';

/** How many files' layers are remembered; the oldest go first. */
const keep = 100;

/**
 * What files say that the target of a save has. A dialog asks again with every change: a file is read once for as long as it
 * stays as it is, also where several ask at a time.
 */
export class HeldFiles {
  private readonly known = new Map<string, Promise<Chains>>();

  constructor(private readonly files: Pick<FileTokens, 'pathOf' | 'nameOf'>) {}

  /** What a request names: images of the store, and files by their tokens, each once. */
  held(has: { readonly except: readonly string[]; readonly exceptFiles: readonly string[] }): Held {
    const paths = new Map(
      has.exceptFiles.map((token) => [this.files.pathOf(token), this.files.nameOf(token)]),
    );
    return { images: has.except, files: [...paths].map(([path, label]) => ({ path, label })) };
  }

  /** For `readHeld`. Who is cancelled waits no longer; the reading goes on for the others. */
  readonly read: typeof readHeldFile = async (context, file, run) => {
    const info = await stat(file.path).catch(() => null);
    const key = `${file.path}\0${info?.size}\0${info?.mtimeMs}`;
    let reading = this.known.get(key);
    if (!reading) {
      reading = readHeldFile(context, file, unwatchedRun());
      this.known.set(key, reading);
      reading.catch(() => this.known.delete(key));
      for (const oldest of this.known.keys()) {
        if (this.known.size <= keep) break;
        this.known.delete(oldest);
      }
    }
    return unlessAborted(reading, run.signal);
  };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(problem('cancelled', {}));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
