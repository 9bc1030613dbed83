import { breathe } from '../store/breath';

/** What a schema of the contract can do. */
export interface Schema {
  safeParse(value: unknown): Checked;
}

/** The outcome of a check; the first issue says where and what. */
export type Checked =
  | { readonly success: true; readonly data: unknown }
  | {
      readonly success: false;
      readonly error: {
        readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
      };
    };

/** Members of a list that are checked at once. */
const piece = 200;

/**
 * Checks a value against a schema like `safeParse`, long lists of an object piece by piece: the graph of ten thousand
 * images would hold the event loop for longer than a frame may take.
 */
export async function checkInPieces(schema: Schema, value: unknown): Promise<Checked> {
  const { shape } = schema as { shape?: Readonly<Record<string, Schema>> };
  if (!shape || typeof value !== 'object' || value === null) return schema.safeParse(value);
  const whole: Record<string, unknown> = { ...value };
  const checked: Record<string, unknown[]> = {};
  for (const [key, member] of Object.entries(whole)) {
    const list = shape[key];
    if (!list || !Array.isArray(member) || member.length <= piece) continue;
    const out: unknown[] = [];
    for (let at = 0; at < member.length; at += piece) {
      const result = list.safeParse(member.slice(at, at + piece));
      if (!result.success) return result;
      for (const item of result.data as unknown[]) out.push(item);
      await breathe();
    }
    checked[key] = out;
    whole[key] = [];
  }
  const rest = schema.safeParse(whole);
  return rest.success ? { success: true, data: { ...(rest.data as object), ...checked } } : rest;
}
