/**
 * Goes up when the same tar reads as other entries, or comes to another tree, than before: 2 since members of incremental archives
 * (type `D`) are directories and those of unknown types files, 3 since headers, pax records and sparse maps are read as Go's
 * archive/tar does and access lists are kept, 4 since no tree is made of an owner that chown(2) takes for none. What is kept of a layer
 * and was made by other rules is made again.
 */
const tarRules = 4;

/** The number that a file says whose own form has the number `own`, and that holds what was read of tars. */
export const tarCacheFormat = (own: number): number => own * 1000 + tarRules;
