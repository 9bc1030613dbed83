import { dockerArchive } from './dockerArchive';
import type { ImageExport } from './imageExport';
import { ociArchive } from './ociArchive';

/** The forms that images can be saved in; menu, dialog and command line read this list. */
export const exports: Readonly<Record<ImageExport['format'], ImageExport>> = {
  'docker-archive': dockerArchive,
  'oci-archive': ociArchive,
};
