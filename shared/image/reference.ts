import { transportOf } from './transport';
import { problem, type ReferenceFault } from './problem';

/**
 * Image references as Docker writes and reads them (distribution/reference: grammar, familiar and normalised names).
 * `alpine` is Docker Hub's `docker.io/library/alpine:latest`.
 */
export interface Reference {
  /** `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** With namespaces, as the registry knows it: `library/alpine`. */
  readonly repository: string;
  /** `latest` where neither tag nor digest was given; null with a digest only. */
  readonly tag: string | null;
  /** `sha256:…` when one was given. */
  readonly digest: string | null;
  /** The repository as people write it: `alpine`, `rig/tiny`, `localhost:5000/x`. */
  readonly repositoryName: string;
  /** The whole as people write it: `alpine:latest`. */
  readonly familiar: string;
  /** The whole, normalised: `docker.io/library/alpine:latest`. */
  readonly full: string;
}

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const host =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::\d{1,5})?$/;
const ipv6 = /^\[[0-9a-fA-F:]+\](?::\d{1,5})?$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;
const longestName = 255;
/** What digests begin with (OCI image specification: registered algorithms). */
const digestAlgorithms: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512', 'blake3']);

/** Whether a text is a digest, whole or not, to whoever reads it without knowing the images: `sha256:…`. */
export const readsAsDigest = (text: string): boolean =>
  digestAlgorithms.has(
    text.replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, '').replace(/[:@][^/]*$/, ''),
  );

/** Docker's rule for telling a registry from a namespace, by the part before the first slash. */
function isRegistry(first: string): boolean {
  return first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
}

/** Parses what a person typed or an archive carries. Throws `reference-invalid` with the fault. */
export function parseReference(text: string): Reference {
  const fail = (reason: ReferenceFault): never => {
    throw problem('reference-invalid', { text: text.slice(0, 300), reason });
  };
  const word = text.includes('://') ? transportOf(text) : null;
  if (word) throw problem('transport-word', { text: text.slice(0, 300), ...word });
  if (text === '') fail('empty');
  if (/^[0-9a-f]{64}$/.test(text)) fail('looks-like-id');
  let rest = text;
  let digest: string | null = null;
  const at = rest.indexOf('@');
  if (at >= 0) {
    digest = rest.slice(at + 1);
    rest = rest.slice(0, at);
    if (!digestPattern.test(digest)) fail('digest');
    if (digest.startsWith('sha256:') && !/^sha256:[0-9a-f]{64}$/.test(digest)) fail('digest');
  }
  let tag: string | null = null;
  const colon = rest.lastIndexOf(':');
  if (colon > rest.lastIndexOf('/') && !rest.endsWith(']')) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
    if (!tagPattern.test(tag)) fail('tag');
  }
  let registry = 'docker.io';
  let path = rest;
  const slash = rest.indexOf('/');
  if (slash >= 0) {
    const first = rest.slice(0, slash);
    if (isRegistry(first)) {
      registry = first === 'index.docker.io' ? 'docker.io' : first;
      path = rest.slice(slash + 1);
      if (!host.test(first) && !ipv6.test(first)) fail('registry');
    }
  }
  if (path === '') fail('empty');
  if (path.toLowerCase() !== path) fail('upper-case');
  for (const part of path.split('/')) if (!component.test(part)) fail('characters');
  const hub = registry === 'docker.io';
  const repository = hub && !path.includes('/') ? `library/${path}` : path;
  if (`${registry}/${repository}`.length > longestName) fail('too-long');
  if (tag === null && digest === null) tag = 'latest';
  // `docker.io/a.example/x` without its registry would be read as one of `a.example`.
  const nested = path.includes('/') && isRegistry(path.slice(0, path.indexOf('/')));
  const repositoryName =
    hub && !nested ? repository.replace(/^library\/(?=[^/]+$)/, '') : `${registry}/${repository}`;
  // `sha256:…` without a registry is an ID to everybody who reads it: Docker gives no such name either.
  if (readsAsDigest(repositoryName)) fail('looks-like-id');
  const suffix = `${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
  return {
    registry,
    repository,
    tag,
    digest,
    repositoryName,
    familiar: `${repositoryName}${suffix}`,
    full: `${registry}/${repository}${suffix}`,
  };
}

/** A familiar name in its two parts for display: `rig/tiny` and `1.0`. Takes names that are in the store already. */
export function splitName(name: string): { readonly repository: string; readonly tag: string } {
  const at = name.indexOf('@');
  const body = at < 0 ? name : name.slice(0, at);
  const colon = body.lastIndexOf(':');
  if (colon > body.lastIndexOf('/')) return { repository: body.slice(0, colon), tag: body.slice(colon + 1) };
  return { repository: body, tag: at < 0 ? '' : name.slice(at + 1) };
}
