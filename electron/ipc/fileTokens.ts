import { randomBytes } from 'node:crypto';
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { problem, ProblemError, type Problem } from '../../shared/image/problem';
import type { PickedFile, PickedFiles } from '../../shared/ipc/contract';
import { systemCode } from '../../shared/image/systemCode';

/** How many tokens are kept; the oldest go first, so that a page cannot fill the memory of the main process. */
const keep = 1000;

/**
 * Host paths behind opaque tokens. The window never names a path: it gets a token for what the person chose in a
 * dialog of the main process or dropped on the window, and hands the token back.
 */
export class FileTokens {
  private readonly paths = new Map<string, { readonly path: string; readonly name: string }>();

  /** Makes a token for a path that exists; for directories `size` is null. Throws `file-not-found`, `not-an-image`. */
  async register(path: string): Promise<PickedFile> {
    if (path.includes('\0')) throw problem('file-not-found', { path: basename(path) });
    const found = await this.look(path);
    const name = basename(path);
    return { token: this.mint(found.path, name), name, size: found.size };
  }

  /** {@link register} for what was chosen or dropped at once: each in its order, and why each of the others is none. */
  async registerAll(paths: readonly string[]): Promise<PickedFiles> {
    const files: PickedFile[] = [];
    const refused: Problem[] = [];
    for (const path of paths)
      try {
        files.push(await this.register(path));
      } catch (thrown) {
        if (!(thrown instanceof ProblemError)) throw thrown;
        refused.push(thrown.problem);
      }
    return { files, refused };
  }

  /** Makes a token for a file that we wrote ourselves; `name` is what the person knows it by. */
  mint(path: string, name = basename(path)): string {
    const token = `file-${randomBytes(16).toString('hex')}`;
    this.paths.set(token, { path, name });
    for (const oldest of this.paths.keys()) {
      if (this.paths.size <= keep) break;
      this.paths.delete(oldest);
    }
    return token;
  }

  /** The path behind a token. Throws `request-invalid` for one that we never gave out. */
  pathOf(token: string): string {
    return this.of(token).path;
  }

  /** What the person knows the file by: the link that was chosen, not what it leads to. Throws as {@link pathOf} does. */
  nameOf(token: string): string {
    return this.of(token).name;
  }

  private of(token: string): { readonly path: string; readonly name: string } {
    const found = this.paths.get(token);
    if (!found) throw problem('request-invalid', { what: 'file', reason: 'file', place: '' });
    return found;
  }

  /** Only regular files and directories: a device, socket or pipe that was dropped is refused before it is opened. */
  private async look(path: string): Promise<{ path: string; size: number | null }> {
    try {
      // The person's own symlink is followed once, to what it names now; later changes of the link do not matter.
      const real = (await lstat(path)).isSymbolicLink() ? await realpath(path) : path;
      const info = await stat(real);
      if (info.isDirectory()) return { path: real, size: null };
      if (info.isFile()) return { path: real, size: info.size };
    } catch (cause) {
      const code = systemCode(cause);
      if (code === 'ENOENT' || code === 'ENOTDIR')
        throw problem('file-not-found', { path: basename(path) }, { cause });
      throw problem('file-unreadable', { path: basename(path), reason: String(code) }, { cause });
    }
    throw problem('not-an-image', { file: basename(path), seen: 'special' });
  }
}
