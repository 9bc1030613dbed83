/** A block that is no header, with the reason in English for the report. */
export class TarFault extends Error {
  override name = 'TarFault';
}
