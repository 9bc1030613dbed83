import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { importRootfs } from '../../../electron/actions/copy/importRootfs';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import { DamagedStream, decompress, TruncatedStream } from '../../../electron/tar/decompress';
import { defaultLimits } from '../../../shared/image/limits';
import { dockerArchive, noise, tarOf } from '../../setup/imageBuilder';
import { seeded } from '../../setup/randomLayers';
import { expectSoundStore, openStore, quietRun, temporaryFile } from '../../setup/temporary';

/** Streams of the real xz, whose checks the decoder does not know, or that come one after the other. */

const below = seeded(5_2611);

function xz(content: Uint8Array, ...options: readonly string[]): Buffer {
  const { stdout, status } = spawnSync('xz', ['-c', '-T1', ...options], {
    input: content,
    maxBuffer: 1 << 28,
  });
  expect(status).toBe(0);
  return stdout;
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const size = below(4) === 0 ? 1 + below(9) : 1 + below(1 << 16);
    yield bytes.subarray(at, (at += size));
  }
}

async function decoded(bytes: Uint8Array): Promise<Buffer> {
  const out: Uint8Array[] = [];
  const budget = { limits: defaultLimits, file: 'a.xz', what: 'a.xz' };
  for await (const chunk of decompress('xz', pieces(bytes), budget)) out.push(Buffer.from(chunk));
  return Buffer.concat(out);
}

const checks = ['none', 'crc32', 'crc64', 'sha256'] as const;
const settings = [[], ['--block-size=10000'], ['-0'], ['-6e', '--block-size=1000']];

function content(): Buffer {
  const parts = Array.from({ length: below(4) }, () =>
    below(2) === 0 ? noise(below(90_000), below(99)) : Buffer.alloc(below(200_000), 'abc'),
  );
  return Buffer.concat(parts);
}

test('streams with any check, level and number of blocks, one after the other and padded, give what was packed', async () => {
  for (let i = 0; i < 10; i++) {
    const plain: Buffer[] = [];
    const packed: Buffer[] = [];
    for (let n = 1 + below(3); n > 0; n--) {
      const check = checks[n === 1 ? 3 : below(4)] ?? 'none';
      const setting = settings[below(4)] ?? [];
      const bytes = content();
      plain.push(bytes);
      packed.push(xz(bytes, `--check=${check}`, ...setting), Buffer.alloc(4 * below(3)));
    }
    const all = Buffer.concat(packed);
    expect((await decoded(all)).equals(Buffer.concat(plain)), `run ${i}`).toBe(true);
  }
  expect((await decoded(xz(Buffer.alloc(0), '--check=sha256'))).length).toBe(0);
});

test('what is not as its SHA-256 says, or not whole, is refused', async () => {
  const bytes = noise(30_000);
  const whole = xz(bytes, '--check=sha256', '--block-size=10000');
  expect((await decoded(whole)).equals(bytes)).toBe(true);
  // Bytes that do not compress stand in the stream as they are: a change of one is found by the check alone.
  for (let i = 0; i < 40; i++) {
    const changed = Buffer.from(whole);
    const at = below(whole.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << below(8));
    await expect(decoded(changed), `byte ${at}`).rejects.toThrow(/stream-(damaged|ends|memory)/);
  }
  const changed = Buffer.from(whole);
  const at = whole.indexOf(bytes.subarray(5000, 5020));
  changed[at] = (changed[at] ?? 0) ^ 1;
  await expect(decoded(changed)).rejects.toThrow(DamagedStream);
  for (let i = 0; i < 25; i++)
    await expect(decoded(whole.subarray(0, 12 + below(whole.length - 12)))).rejects.toThrow(TruncatedStream);
});

test('an archive and layers in such streams are loaded and imported', async () => {
  const context = await openStore();
  const files = [{ path: 'a', content: 'one' }];
  const tar = tarOf(files);
  const image = dockerArchive([{ names: ['shop:1'], layers: [{ files }] }]);
  const archive = xz(image, '--check=sha256');
  await loadImages(context, { path: await temporaryFile(archive), label: 'shop.tar.xz' }, quietRun());
  const half = 512;
  const root = Buffer.concat([
    xz(tar.subarray(0, half), '--check=sha256'),
    Buffer.alloc(8),
    xz(tar.subarray(half), '--check=crc32'),
  ]);
  const request = {
    path: await temporaryFile(root, 'root.tar.xz'),
    reference: 'root:1',
    message: '',
    changes: [],
  };
  expect((await importRootfs(context, request, quietRun())).entries).toBe(1);
  await expectSoundStore(context.directory);
});
