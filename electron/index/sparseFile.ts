import { normalisePath } from '../../shared/layer/entryPath';
import { storedLimits } from '../../shared/image/limits';
import { problem } from '../../shared/image/problem';
import { TarFault } from '../../shared/layer/tarHeader';
import { TarReader, type TarVisitor } from '../tar/readTar';
import { SparseBody, type SparseTarget } from '../tar/sparseBody';

const zeros = new Uint8Array(1 << 18);

/** What a body says: bytes, or how far what follows is a hole. */
type Step = Uint8Array | number;

/**
 * The contents of the sparse file that `path` is in a layer, holes as zeros, made one piece at a time however many there are.
 * `open` streams the layer's tar from its beginning: twice, since the last member of that name counts. Throws `blob-damaged`.
 */
export async function* streamSparseFile(
  open: () => AsyncIterable<Uint8Array>,
  path: string,
  digest: string,
): AsyncGenerator<Uint8Array> {
  const wanted = await lastMember(open(), path);
  let member = 0;
  let steps: Step[] = [];
  let body: SparseBody | null = null;
  let done = false;
  const target: SparseTarget = {
    write: (bytes) => void steps.push(bytes.slice()),
    seek: (position) => void steps.push(position),
  };
  const visitor: TarVisitor = {
    member: (header) => {
      if (member++ !== wanted) return false;
      body = new SparseBody(header, target);
      return true;
    },
    body: (chunk) => body?.write(chunk),
    end: () => {
      body?.end();
      done = true;
    },
  };
  const reader = new TarReader(visitor, storedLimits);
  let position = 0;
  try {
    for await (const chunk of open()) {
      reader.feed(chunk);
      const ready = steps;
      steps = [];
      for (const step of ready) {
        if (typeof step !== 'number') {
          yield step;
          position += step.length;
          continue;
        }
        while (position < step) {
          const piece = zeros.subarray(0, step - position);
          yield piece;
          position += piece.length;
        }
      }
      if (done) return;
    }
  } catch (cause) {
    if (cause instanceof TarFault)
      throw problem('blob-damaged', { digest, reason: 'form', found: cause.reason }, { cause });
    throw cause;
  }
  throw problem('blob-damaged', { digest, reason: 'short', found: '' });
}

/** Which member of a layer, counted from 0, a sparse file's path stands for; -1 for none. */
async function lastMember(chunks: AsyncIterable<Uint8Array>, path: string): Promise<number> {
  let member = -1;
  let found = -1;
  const reader = new TarReader(
    {
      member: (header) => {
        member++;
        if (header.type === 'sparse' && normalisePath(header.name) === path) found = member;
        return false;
      },
    },
    storedLimits,
  );
  for await (const chunk of chunks) reader.feed(chunk);
  return found;
}
