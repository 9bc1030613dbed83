import { createHash, type Hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { problem, ProblemError } from '../../shared/image/problem';
import type { Limits } from '../../shared/image/limits';
import { blockSize, TarFault, TarLimitFault, type TarHeader } from '../../shared/layer/tarHeader';
import { LayerPass } from '../index/indexLayer';
import { DamagedStream, detectCompression, looksLikeTar, TruncatedStream } from '../tar/decompress';
import { checkExpansion } from '../tar/expansion';
import { unwrap } from '../tar/unwrap';
import { TarReader, type TarVisitor } from '../tar/readTar';
import { SparseBody, type SparseTarget } from '../tar/sparseBody';
import { readRing } from './byteRing';
import { limitProblem, tooManyMembers, toMember } from './indexArchive';
import { closeReading, openForReading, OutFile, readRange, readToEnd, type JobTools } from './jobTools';
import { blobFacts, layerProblem, passCompressed } from './readBlob';
import type { ArchiveMember, BlobFacts, JobInput, JobOutput, SpooledMember } from './jobs';

/** Bytes of documents that are handed back in memory, of one and of all; what is beyond is read from its file. */
const keptBytes = { one: 8 << 20, all: 64 << 20 } as const;

/** What documents of an archive may still take in memory, however many there are. */
class KeptBudget {
  private left: number = keptBytes.all;

  take(bytes: number): boolean {
    if (bytes > keptBytes.one || bytes > this.left) return false;
    this.left -= bytes;
    return true;
  }
}

/** Bytes from which a member is synced as soon as it is written. */
const syncedAtOnce = 1 << 20;

/** A piece of a hole. */
const zeros = new Uint8Array(1 << 18);

/** A regular member while it streams by. */
class Spooling {
  private readonly hash: Hash = createHash('sha256');
  /** Null while it is not known whether memory holds it, and where it does. */
  private out: OutFile | null = null;
  private pass: LayerPass | null = null;
  private parts: Uint8Array[] | null = null;
  private head: Uint8Array = new Uint8Array(0);
  private decided = false;
  private size = 0;
  private fault: unknown = null;
  readonly indexPath: string;

  constructor(
    private readonly member: ArchiveMember,
    readonly path: string,
    private readonly label: string,
    private readonly limits: Limits,
    private readonly kept: KeptBudget,
    private readonly durable: boolean,
  ) {
    this.indexPath = `${path}.index`;
  }

  write(chunk: Uint8Array): void {
    this.hash.update(chunk);
    this.size += chunk.length;
    if (this.decided) {
      this.parts?.push(chunk.slice());
      this.out?.write(chunk);
      this.feed(chunk);
    } else {
      // What a member is shows in its first block; chunks may be smaller than that.
      const joined = new Uint8Array(this.head.length + chunk.length);
      joined.set(this.head);
      joined.set(chunk, this.head.length);
      this.head = joined;
      if (joined.length >= blockSize) this.decide();
    }
  }

  private decide(): void {
    this.decided = true;
    const first = this.head[0] ?? 0;
    if ((first === 0x7b || first === 0x5b) && this.kept.take(this.member.size)) this.parts = [this.head];
    else {
      this.out = new OutFile(this.path, this.label, this.durable);
      this.out.write(this.head);
    }
    if (this.out && looksLikeTar(this.head)) {
      this.pass = new LayerPass(this.indexPath, false, this.limits);
      this.feed(this.head);
    }
    this.head = this.parts ? this.head : new Uint8Array(0);
  }

  private feed(chunk: Uint8Array): void {
    if (this.pass === null || this.fault !== null) return;
    try {
      this.pass.feed(chunk);
    } catch (thrown) {
      // Whether this member is a layer at all is known only at the end, from the manifest.
      this.fault = thrown;
    }
  }

  /** A body with holes, which are bytes like all others to whoever hashes them. Throws `limit-exceeded`, {@link TarFault}. */
  writeSparse(header: TarHeader): SparseBody {
    const at = { file: this.label, what: this.member.name };
    checkExpansion(this.limits, header.size, header.realSize, at);
    const target: SparseTarget = {
      write: (bytes) => this.write(bytes),
      seek: (position) => {
        while (this.size < position) this.write(zeros.subarray(0, position - this.size));
      },
    };
    return new SparseBody(header, target);
  }

  async end(tools: JobTools): Promise<SpooledMember> {
    if (!this.decided) this.decide();
    // Of many small ones each would wait for the disk: whoever keeps them has them synced together.
    const isSynced = this.durable && this.size >= syncedAtOnce;
    this.out?.finish(isSynced);
    const digest = `sha256:${this.hash.digest('hex')}`;
    const bytes = this.parts ? Buffer.concat(this.parts) : null;
    const compression = this.pass || bytes ? 'none' : await this.headCompression();
    let facts: BlobFacts = blobFacts(digest, this.size, compression, null);
    let indexPath: string | null = null;
    if (this.pass) {
      try {
        if (this.fault !== null) throw this.fault as Error;
        facts = blobFacts(digest, this.size, 'none', this.pass.finish(digest));
        if (facts.facts) this.pass.writeIndex(facts.facts);
        indexPath = this.indexPath;
      } catch (thrown) {
        this.dropIndex(this.pass);
        if (thrown instanceof ProblemError) throw thrown;
      }
    } else if (compression !== 'none') {
      ({ facts, indexPath } = await this.readCompressed(digest, facts, tools));
    }
    return { ...facts, name: this.member.name, path: this.path, indexPath, bytes, isSynced };
  }

  private async headCompression(): Promise<BlobFacts['compression']> {
    const fd = openForReading(this.path);
    try {
      const range = { offset: 0, size: Math.min(this.size, 6) };
      const [head] = readRange(fd, range, { label: this.label, reuse: false }, { tick: () => undefined });
      return Promise.resolve(detectCompression(head ?? new Uint8Array(0)));
    } finally {
      closeReading(fd);
    }
  }

  /** A compressed member may be a layer: read it once more from the page cache, decompressed. */
  private async readCompressed(
    digest: string,
    plain: BlobFacts,
    tools: JobTools,
  ): Promise<{ facts: BlobFacts; indexPath: string | null }> {
    const fd = openForReading(this.path);
    const pass = new LayerPass(this.indexPath, true, this.limits);
    const origin = { label: this.label, entry: this.member.name, limits: this.limits };
    const quiet: JobTools = { tick: () => tools.tick(0) };
    try {
      const chunks = readRange(
        fd,
        { offset: 0, size: this.size },
        { label: this.label, reuse: false },
        quiet,
      );
      await passCompressed(plain.compression, chunks, pass, origin, quiet);
      const facts = blobFacts(digest, this.size, plain.compression, pass.finish(null));
      if (facts.facts) pass.writeIndex(facts.facts);
      return { facts, indexPath: this.indexPath };
    } catch (thrown) {
      this.dropIndex(pass);
      const found = layerProblem(thrown, origin, pass.member);
      // Not a layer, then: only the manifest can say that it should have been one.
      if (
        found instanceof ProblemError &&
        found.problem.code !== 'cancelled' &&
        found.problem.code !== 'limit-exceeded'
      ) {
        return { facts: plain, indexPath: null };
      }
      throw found;
    } finally {
      closeReading(fd);
    }
  }

  private dropIndex(pass: LayerPass): void {
    pass.abandon();
    rmSync(this.indexPath, { force: true });
  }

  abandon(): void {
    this.pass?.abandon();
    this.out?.abandon();
  }
}

/** What is known of a member that was not read. */
const passedOver = (size: number): BlobFacts => blobFacts(`sha256:${'0'.repeat(64)}`, size, 'none', null);

/** One pass over an archive that cannot be seeked; every regular member is staged. See {@link JobInput}. */
export async function spoolArchive(
  input: JobInput<'spool-archive'>,
  tools: JobTools,
): Promise<JobOutput<'spool-archive'>> {
  const { label, stem, limits } = input;
  const most = limits['archive-members'];
  const largestDocument = Math.max(limits['document-bytes'], limits['manifest-bytes']);
  const kept = new KeptBudget();
  const members: SpooledMember[] = [];
  const links: ArchiveMember[] = [];
  const fd = typeof input.file === 'string' ? openForReading(input.file, label) : null;
  const state: { current: Spooling | null; sparse: SparseBody | null } = { current: null, sparse: null };
  let finished: Spooling[] = [];
  let read = 0;
  let count = 0;
  const visitor: TarVisitor = {
    member: (header, offset) => {
      const member = toMember(header, offset, label);
      if (++count > most) throw tooManyMembers(label, header.name, most);
      if (member.kind !== 'file') {
        links.push(member);
        return false;
      }
      if (input.documentsOnly && member.size > largestDocument) {
        members.push({
          ...passedOver(member.size),
          name: member.name,
          path: '',
          indexPath: null,
          bytes: null,
          isSynced: false,
        });
        return false;
      }
      state.current = new Spooling(member, `${stem}-${count}`, label, limits, kept, input.durable ?? true);
      state.sparse = header.type === 'sparse' ? state.current.writeSparse(header) : null;
      return true;
    },
    body: (chunk) => (state.sparse ?? state.current)?.write(chunk),
    end: () => {
      state.sparse?.end();
      if (state.current) finished.push(state.current);
      state.current = null;
    },
  };
  const reader = new TarReader(visitor, limits);
  const counted = function* (): Generator<Uint8Array> {
    const all =
      typeof input.file === 'string' ? readToEnd(fd ?? 0, label, tools) : readRing(input.file, label, tools);
    for (const chunk of all) {
      read += chunk.length;
      yield chunk;
    }
  };
  const source = counted();
  try {
    const first = source.next();
    if (first.done === true) throw problem('not-an-image', { file: label, seen: 'empty' });
    const all = function* (): Generator<Uint8Array> {
      yield first.value;
      yield* source;
    };
    for await (const chunk of unwrap(all(), { limits, file: label, what: label })) {
      tools.tick(0);
      reader.feed(chunk);
      const ready = finished;
      finished = [];
      for (const spooling of ready) members.push(await spooling.end(tools));
    }
    if (!reader.complete) throw problem('archive-truncated', { file: label, read });
    if (count === 0) throw problem('not-an-image', { file: label, seen: 'unknown' });
    return { members, links, size: read };
  } catch (thrown) {
    state.current?.abandon();
    if (thrown instanceof TarLimitFault) throw limitProblem(thrown, label);
    if (thrown instanceof TarFault) {
      if (count === 0) throw problem('not-an-image', { file: label, seen: 'unknown' }, { cause: thrown });
      throw problem(
        'archive-damaged',
        { file: label, entry: reader.member, ...thrown.facts() },
        { cause: thrown },
      );
    }
    if (thrown instanceof TruncatedStream)
      throw problem('archive-truncated', { file: label, read }, { cause: thrown });
    if (thrown instanceof DamagedStream) {
      throw problem(
        'archive-damaged',
        { file: label, entry: reader.member, ...thrown.facts() },
        { cause: thrown },
      );
    }
    throw thrown;
  } finally {
    if (fd !== null) closeReading(fd);
  }
}
