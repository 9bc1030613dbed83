import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCapability } from '../../../electron/mount/treeRules';
import { setAttribute } from '../../../electron/system/syscalls';
import { temporaryFolder } from '../../setup/temporary';

/** What is a capability is asked of the kernel itself. */

const word = (value: number): number[] => [
  value & 255,
  (value >>> 8) & 255,
  (value >>> 16) & 255,
  value >>> 24,
];
const bytes = fc
  .tuple(
    fc.constantFrom(0x01000000, 0x02000000, 0x03000000, 0x04000000, 0),
    fc.constantFrom(0, 1, 2, 0x100, 0x800001),
    fc.constantFrom(0, 4, 12, 16, 19, 20, 21, 24, 28),
    fc.constantFrom(0, 1, 1000, 0xffff_fffe, 0xffff_ffff),
    fc.integer({ min: 0, max: 0xffff_ffff }),
  )
  .map(([revision, flags, size, owner, sets]) =>
    Uint8Array.from([revision | flags, sets, 0, sets, 0, owner, 0].flatMap(word)).subarray(0, size),
  );

test.runIf(process.getuid?.() === 0)(
  'a capability is one where the kernel takes it, and none where not',
  async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const taken = (value: Uint8Array): boolean => {
      try {
        setAttribute(file, 'security.capability', value);
        return true;
      } catch (thrown) {
        expect((thrown as NodeJS.ErrnoException).code).toBe('EINVAL');
        return false;
      }
    };
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(bytes, (value) => {
        const is = isCapability(value);
        seen.add(is);
        expect(is).toBe(taken(value));
      }),
      { seed: 20_261_128, numRuns: 1000 },
    );
    expect(seen.size).toBe(2);
  },
);
