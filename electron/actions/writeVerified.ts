import { problem, ProblemError } from '../../shared/image/problem';
import { eachLimited } from '../source/stageBlobs';
import type { JobInput, JobOptions, JobOutput, OutMember, WorkerPool } from '../worker/jobs';
import type { Run } from './context';

type RangeMember = OutMember & { readonly kind: 'range' };

/** From this many bytes on a thread of its own is worth its while. */
const large = 8 << 20;

/**
 * Writes an archive (the job `write-archive`) and has other threads verify its large members at the same time: hashing takes
 * longer than copying. What is copied compressed and written plain is verified where it is written. The first fault
 * stops all. `total`: bytes of the archive, for reports. Throws `blob-damaged`, `disk-full`, `file-unwritable`, `cancelled`.
 */
export async function writeVerified(
  pool: WorkerPool,
  { total, ...archive }: JobInput<'write-archive'> & { readonly total: number },
  run: Run,
): Promise<JobOutput<'write-archive'>> {
  const apart = new Set(pool.size > 1 ? archive.members.filter(isLarge) : []);
  const members = archive.members.map((member) =>
    member.kind === 'range' && apart.has(member) ? { ...member, verifiedApart: true } : member,
  );
  let done = 0;
  const onBytes = (more: number): void => {
    done = Math.min(total, done + more);
    run.report({ phase: 'writing', done, total });
  };
  let output: JobOutput<'write-archive'> = { bytes: 0 };
  const write = async (signal: AbortSignal): Promise<void> => {
    output = await pool.run('write-archive', { ...archive, members }, { signal, onBytes });
  };
  const checks = [...apart].map((member) => (signal: AbortSignal) => verify(pool, member, { signal }));
  await eachLimited([write, ...checks], pool.size, run.signal, (work, _, signal) => work(signal));
  return output;
}

const isLarge = (member: OutMember): member is RangeMember =>
  member.kind === 'range' && !member.decompress && member.size >= large;

async function verify(pool: WorkerPool, member: RangeMember, options: JobOptions): Promise<void> {
  const { file, offset, size, name, expect } = member;
  const range = { file, offset, size, label: name, entry: name };
  const reading = pool.run(
    'read-blob',
    { ...range, target: null, asLayer: false, indexTarget: null },
    options,
  );
  const { digest } = await reading.catch((cause: unknown) => {
    const code = cause instanceof ProblemError ? cause.problem.code : null;
    const reason =
      code === 'file-not-found' ? 'missing' : code === 'archive-truncated' ? 'it ends early' : null;
    throw reason === null ? cause : problem('blob-damaged', { digest: expect, reason }, { cause });
  });
  if (digest !== expect) throw problem('blob-damaged', { digest: expect, reason: `now ${digest}` });
}
