/** How long what was removed can be put back, milliseconds. */
export const undoTime = 10 * 60_000;
