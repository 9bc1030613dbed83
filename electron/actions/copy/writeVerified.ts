import { setTimeout } from 'node:timers/promises';
import { storedLimits } from '../../../shared/image/limits';
import { problem } from '../../../shared/image/problem';
import { bodyOffsets } from '../../export/archiveSize';
import { eachLimited } from '../../source/stageBlobs';
import type { JobInput, JobOutput, OutMember, WorkerPool } from '../../worker/jobs';
import type { Run } from '../ground/context';

type RangeMember = OutMember & { readonly kind: 'range' };

/** From this many bytes on a thread of its own is worth its while. */
const large = 8 << 20;
/** How often it is looked how far the archive is, milliseconds. */
const look = 15;

/** What to write, and the bytes that it comes to, for reports. */
interface Archive extends Omit<JobInput<'write-archive'>, 'written'> {
  readonly target: string;
  readonly total: number;
}

/**
 * Writes an archive (the job `write-archive`) while other threads follow it and verify its large members as they stand in
 * the file: hashing takes longer than copying. Small members, and those that are decompressed on the way, are verified where
 * they are written. The first fault stops all; the caller removes the file. Throws `blob-damaged`, `disk-full`,
 * `file-unwritable`, `cancelled`.
 */
export async function writeVerified(
  pool: WorkerPool,
  { total, ...archive }: Archive,
  run: Run,
): Promise<JobOutput<'write-archive'>> {
  const offsets = bodyOffsets(archive.members);
  const written = new SharedArrayBuffer(8);
  const checks: ((signal: AbortSignal) => Promise<void>)[] = [];
  const members = archive.members.map((member, i) => {
    if (pool.size < 2 || !isLarge(member)) return member;
    const offset = offsets[i] ?? 0;
    checks.push(async (signal) => {
      await reached(new BigInt64Array(written), offset + member.outSize, signal);
      await verify(pool, member, { file: archive.target, offset, label: archive.label }, signal);
    });
    return { ...member, verifiedApart: true };
  });
  let done = 0;
  const onBytes = (more: number): void => {
    done = Math.min(total, done + more);
    run.report({ phase: 'writing', done, total });
  };
  let output: JobOutput<'write-archive'> = { bytes: 0 };
  const write = async (signal: AbortSignal): Promise<void> => {
    output = await pool.run('write-archive', { ...archive, members, written }, { signal, onBytes });
  };
  await eachLimited([write, ...checks], pool.size, run.signal, (work, _, signal) => work(signal));
  return output;
}

const isLarge = (member: OutMember): member is RangeMember =>
  member.kind === 'range' && !member.decompress && member.size >= large;

/** Waits until an archive is written up to `end`. Throws `cancelled` once it will not be. */
async function reached(written: BigInt64Array, end: number, signal: AbortSignal): Promise<void> {
  while (Number(Atomics.load(written, 0)) < end) {
    if (signal.aborted) throw problem('cancelled', {});
    await setTimeout(look);
  }
}

async function verify(
  pool: WorkerPool,
  { outSize: size, name: entry, expect }: RangeMember,
  place: { readonly file: string; readonly offset: number; readonly label: string },
  signal: AbortSignal,
): Promise<void> {
  const range = { ...place, size, entry };
  const { digest } = await pool.run(
    'read-blob',
    { ...range, target: null, asLayer: false, indexTarget: null, limits: storedLimits },
    { signal },
  );
  if (digest !== expect) throw problem('blob-damaged', { digest: expect, reason: 'digest', found: digest });
}
