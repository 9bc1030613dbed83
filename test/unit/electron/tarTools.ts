import { SparseBody } from '../../../electron/tar/sparseBody';
import { TarReader } from '../../../electron/tar/readTar';
import { type TarHeader } from '../../../shared/layer/tarHeader';
import { headerBlock, inBlocks, paxRecord, tarMember } from '../../setup/imageBuilder';
import { defaultLimits } from '../../../shared/image/limits';

/** A member as the reader gave it. */
export interface Seen {
  readonly header: TarHeader;
  readonly offset: number;
  readonly body: Buffer;
}

/** Reads a tar in pieces of `size` bytes. */
export function read(tar: Uint8Array, size = tar.length): { members: Seen[]; reader: TarReader } {
  const members: Seen[] = [];
  let chunks: Buffer[] = [];
  let current: Omit<Seen, 'body'> | null = null;
  const reader = new TarReader(
    {
      member: (header, offset) => {
        current = { header, offset };
        chunks = [];
        return true;
      },
      body: (chunk) => void chunks.push(Buffer.from(chunk)),
      end: () => {
        if (current) members.push({ ...current, body: Buffer.concat(chunks) });
      },
    },
    defaultLimits,
  );
  for (let at = 0; at < tar.length; at += size) reader.feed(tar.subarray(at, at + size));
  return { members, reader };
}

export const end = Buffer.alloc(1024);
export const names = (tar: Uint8Array, size?: number): string[] =>
  read(tar, size).members.map(({ header }) => header.name);
export const file = (name: string, content: string | Uint8Array = ''): Buffer =>
  tarMember({ path: name, content });

/** A pax header of these records, of kind `x` (next member) or `g` (all that follow). */
export function pax(records: Record<string, string>, flag = 'x'): Buffer {
  const body = Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)));
  return Buffer.concat([headerBlock({ name: 'pax', flag, size: body.length }), inBlocks(body)]);
}

/** A GNU long name (`L`) or long link (`K`). */
export function gnuLong(flag: 'L' | 'K', text: string): Buffer {
  const body = Buffer.from(`${text}\0`);
  return Buffer.concat([headerBlock({ name: '././@LongLink', flag, size: body.length }), inBlocks(body)]);
}

export const long = `${'a-long-folder-name/'.repeat(12)}file`;

/** The contents that a member stands for: those of a sparse one laid out with its holes. */
export function contentOf({ header, body }: Seen): Buffer {
  if (header.type !== 'sparse') return body;
  const out = Buffer.alloc(header.realSize);
  let at = 0;
  const laidOut = new SparseBody(header, {
    seek: (position) => void (at = position),
    write: (bytes) => {
      out.set(bytes, at);
      at += bytes.length;
    },
  });
  laidOut.write(body);
  laidOut.end();
  return out;
}
