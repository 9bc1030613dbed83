/** Numbers of owners and devices that Linux knows: no tree can have others. */

/**
 * Owners are 32 bits wide, and the highest of these numbers is nobody's: to chown(2) it means "as it is", so that what we make
 * of it as root would stay root's.
 */
const noOwner = 0xffffffff;
/** Most of a device's numbers that a kernel knows (new_encode_dev). */
const majorLimit = 0xfff;
const minorLimit = 0xfffff;

/** Whether something can be of that owner and group. */
export function isOwner({ uid, gid }: { readonly uid: number; readonly gid: number }): boolean {
  return uid < noOwner && gid < noOwner;
}

/** Whether there can be a device of these numbers. */
export function isDevice({ major, minor }: { readonly major: number; readonly minor: number }): boolean {
  return major <= majorLimit && minor <= minorLimit;
}
