import { closeSync } from 'node:fs';

/**
 * A file's descriptor that is closed once. A close(2) that fails (a server, a quota) has closed it all the same, and to close the
 * number again would close the file that another thread has opened under it.
 */
export class OwnDescriptor {
  private isOpen = true;

  constructor(readonly fd: number) {}

  /** Closes it, unless that was tried. Throws what close(2) says: what was written may be lost. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    closeSync(this.fd);
  }

  /** The same for a file that is given up, or was only read: no fault of its end matters. */
  drop(): void {
    try {
      this.close();
    } catch {
      // It is closed.
    }
  }
}
