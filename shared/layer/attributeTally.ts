/** What an attribute costs in memory beside its name and value, bytes. */
const besides = 128;

/**
 * Bytes of one object's extended attributes as `xattrs-total` counts them: names, values, and what each costs besides, since
 * a million empty ones take no less memory than long ones.
 */
export function attributeBytes(xattrs: ReadonlyMap<string, Uint8Array>): number {
  let bytes = 0;
  for (const [name, value] of xattrs) bytes += besides + name.length + value.length;
  return bytes;
}
