import { parseReference, type Reference } from '../image/reference';
import { quotedWords } from './commandWords';

/** A command line of another tool that fetches an image by its name, from the registry that the name says. */
export interface ToolCommand {
  /** The tool and what it does: `docker pull`. */
  readonly tool: 'docker pull' | 'podman pull' | 'skopeo copy';
  /** The whole line, as a shell takes it. */
  readonly line: string;
}

/**
 * How docker, podman and skopeo fetch an image of a name; none for what is no reference, as a layout's own names are. Podman and skopeo are
 * told the registry: Podman may ask which one a short name means, and skopeo knows whole ones alone.
 */
export function toolCommands(name: string): readonly ToolCommand[] {
  let reference: Reference;
  try {
    reference = parseReference(name);
  } catch {
    return [];
  }
  const { familiar, full, repository, tag } = reference;
  const file = `${repository.slice(repository.lastIndexOf('/') + 1)}-${tag ?? 'image'}.tar`;
  const line = (...words: readonly string[]): string => quotedWords(words);
  return [
    { tool: 'docker pull', line: line('docker', 'pull', familiar) },
    { tool: 'podman pull', line: line('podman', 'pull', full) },
    { tool: 'skopeo copy', line: line('skopeo', 'copy', `docker://${full}`, `oci-archive:${file}`) },
  ];
}
