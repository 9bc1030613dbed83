import { createHash } from 'node:crypto';
import { maskedAddress } from '../../shared/text/maskedAddress';
import type { SourceId } from '../../shared/ipc/source';

/** Where certificates for an encrypted connection are. */
export interface EngineCertificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** False where the person has switched the check of the engine's certificate off. */
  readonly verify: boolean;
}

/** An address of an engine. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'pipe'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly certificates: EngineCertificates | null;
    }
  /** A form that is not opened (ssh, fd); `text` is the address as it was given, masked. */
  | { readonly kind: 'other'; readonly text: string };

/** Docker's ports without and with encryption. */
const ports = { plain: 2375, encrypted: 2376 } as const;
const usualSocket = '/var/run/docker.sock';
const usualPipe = '//./pipe/docker_engine';

/**
 * Reads an address as DOCKER_HOST, CONTAINER_HOST and Docker contexts have it: `unix:///run/docker.sock`,
 * `npipe:////./pipe/docker_engine`, `tcp://host:2375`, `host:2375`. `certificates` null leaves tcp unencrypted. What
 * cannot be read is of the kind `other`.
 */
export function parseAddress(text: string, certificates: EngineCertificates | null): EngineAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase() ?? '';
  const rest = scheme === '' ? text : text.slice(scheme.length + 3);
  // What nobody's file is called is no path: who logs in, a token.
  const isMasked = scheme !== '' && maskedAddress(text) !== text;
  if (isMasked) return { kind: 'other', text: maskedAddress(text).slice(0, 300) };
  if (scheme === 'unix') return { kind: 'socket', path: rest === '' ? usualSocket : rest };
  if (scheme === 'npipe') return { kind: 'pipe', path: rest === '' ? usualPipe : rest.replaceAll('\\', '/') };
  if (scheme === '' && text.startsWith('/')) return { kind: 'socket', path: text };
  if (['', 'tcp', 'http', 'https'].includes(scheme)) {
    const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^/:@\s[\]]+))(?::(\d{1,5}))?\/?$/.exec(rest);
    const encrypted = certificates !== null || scheme === 'https';
    const port = Number(found?.[3] ?? (encrypted ? ports.encrypted : ports.plain));
    const host = found?.[1] ?? found?.[2];
    if (host !== undefined && port > 0 && port < 65_536) return { kind: 'tcp', host, port, certificates };
  }
  // A password in it is never shown.
  return { kind: 'other', text: maskedAddress(text).slice(0, 300) };
}

/** An address as people write it. */
export function addressText(address: EngineAddress): string {
  switch (address.kind) {
    case 'socket':
      return `unix://${address.path}`;
    case 'pipe':
      return `npipe://${address.path}`;
    case 'tcp':
      return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
    case 'other':
      return address.text;
  }
}

/** The ID of the source at an address: the same for the same address, in every process. */
export function sourceIdOf(address: EngineAddress): SourceId {
  return `engine-${createHash('sha256').update(addressText(address)).digest('hex').slice(0, 16)}`;
}
