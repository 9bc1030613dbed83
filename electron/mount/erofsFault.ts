/** A tree that an image cannot hold as it is, though files on disk may; `what` of it, in English. */
export class NotExpressible extends Error {
  override name = 'NotExpressible';
}
