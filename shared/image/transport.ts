/** Where skopeo and Podman take images from (containers-transports(5)), of which a person may bring the words along. */
export type Transport =
  'docker' | 'docker-archive' | 'docker-daemon' | 'oci' | 'oci-archive' | 'dir' | 'containers-storage';

const pattern =
  /^(?:(docker):\/\/|(docker-archive|docker-daemon|oci-archive|oci|dir|containers-storage):)(.+)$/s;

/** A word in the spelling of a transport, in its parts; null for any other. Some are names of images, too (`oci:1`). */
export function transportOf(text: string): { readonly transport: Transport; readonly rest: string } | null {
  const [, docker, other, rest = ''] = pattern.exec(text) ?? [];
  const transport = (docker ?? other) as Transport | undefined;
  return transport === undefined ? null : { transport, rest };
}

/** A path of a transport without the name that may stand behind it (`oci:DIR:NAME`). */
export function transportPath(rest: string): string {
  const colon = rest.indexOf(':');
  return colon > 0 ? rest.slice(0, colon) : rest;
}

/** The name that stands behind the path of a transport (`oci:DIR:NAME`); '' where none does. */
export const transportName = (rest: string): string => rest.slice(transportPath(rest).length + 1);
