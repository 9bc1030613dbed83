import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkInPieces } from '../../../electron/ipc/checkInPieces';

const schema = z.object({ name: z.string(), numbers: z.array(z.number()), few: z.array(z.string()) });
const many = Array.from({ length: 1001 }, (_, i) => i);

describe('a check in pieces', () => {
  test('gives what a whole check gives', async () => {
    const value = { name: 'x', numbers: many, few: ['a'], extra: 1 };
    expect(await checkInPieces(schema, value)).toEqual({ success: true, data: schema.parse(value) });
  });

  test('finds a fault in the last piece of a long list', async () => {
    const checked = await checkInPieces(schema, { name: 'x', numbers: [...many, 'no'], few: [] });
    expect(checked.success).toBe(false);
  });

  test('finds a fault beside a long list', async () => {
    expect((await checkInPieces(schema, { name: 1, numbers: many, few: [] })).success).toBe(false);
    expect((await checkInPieces(schema, { numbers: many, few: [] })).success).toBe(false);
  });

  test('leaves what is no object to the schema', async () => {
    expect(await checkInPieces(z.null(), null)).toEqual({ success: true, data: null });
    expect((await checkInPieces(schema, null)).success).toBe(false);
  });
});
