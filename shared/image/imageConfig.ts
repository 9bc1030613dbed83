import { checkConfigTypes } from './configTypes';
import { isDigest, parseDiffId, type ChainId, type DiffId, parseChainId } from './digest';
import {
  asObject,
  asText,
  asTextMap,
  asTexts,
  invalidDocument,
  looseMember,
  parseJsonDocument,
  type DocumentOrigin,
  type JsonObject,
} from './jsonDocument';
import { problem } from './problem';

/** An image's config (OCI image-spec, config.md; Docker's image JSON), as much of it as we use. */
export interface ImageConfig {
  readonly created: string | null;
  readonly author: string;
  /** The image's own, else that of its last step, as `docker inspect` has it. */
  readonly comment: string;
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
  readonly dockerVersion: string;
  readonly diffIds: readonly DiffId[];
  readonly history: readonly ConfigHistory[];
  readonly runtime: RuntimeConfig;
  /** The whole document, for what we only show. */
  readonly document: JsonObject;
}

/** A history step as recorded. */
export interface ConfigHistory {
  readonly createdBy: string;
  readonly created: string | null;
  readonly author: string;
  readonly comment: string;
  readonly empty: boolean;
}

/** What a container of the image starts with. */
export interface RuntimeConfig {
  readonly env: readonly string[];
  readonly cmd: readonly string[];
  readonly entrypoint: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string;
  readonly healthcheck: readonly string[];
}

const emptyObject: JsonObject = {};

function date(value: unknown): string | null {
  const text = asText(value);
  const time = Date.parse(text);
  // Tools write the zero date of their language (year 1) where they have none.
  return text === '' || Number.isNaN(time) || time <= Date.parse('0001-01-02T00:00:00Z') ? null : text;
}

function parseRuntime(value: unknown): RuntimeConfig {
  const config = asObject(value) ?? emptyObject;
  return {
    env: asTexts(looseMember(config, 'Env')),
    cmd: asTexts(looseMember(config, 'Cmd')),
    entrypoint: asTexts(looseMember(config, 'Entrypoint')),
    workingDir: asText(looseMember(config, 'WorkingDir')),
    user: asText(looseMember(config, 'User')),
    labels: asTextMap(looseMember(config, 'Labels')),
    ports: Object.keys(asObject(looseMember(config, 'ExposedPorts')) ?? emptyObject).sort(),
    volumes: Object.keys(asObject(looseMember(config, 'Volumes')) ?? emptyObject).sort(),
    stopSignal: asText(looseMember(config, 'StopSignal')),
    healthcheck: asTexts(looseMember(asObject(looseMember(config, 'Healthcheck')) ?? emptyObject, 'Test')),
  };
}

/**
 * Parses a config. Tolerant where real images differ (null lists, keys in any case, no history), strict where it counts:
 * every diff ID must be a sha256 digest, and every member of the type that Go's readers want ({@link checkConfigTypes}), unless
 * `anyTypes` says that this is what an engine makes of a config and nobody else's reading counts. Throws `document-invalid`,
 * `limit-exceeded`.
 */
export function parseImageConfig(
  bytes: Uint8Array,
  origin: DocumentOrigin,
  { anyTypes = false }: { readonly anyTypes?: boolean } = {},
): ImageConfig {
  const document = asObject(parseJsonDocument(bytes, origin, 'document-bytes', { exactNumbers: true }));
  if (!document) throw invalidDocument(origin, 'no-object');
  const rootfs = asObject(looseMember(document, 'rootfs')) ?? emptyObject;
  if (!anyTypes) checkConfigTypes(document, origin);
  const ids = looseMember(rootfs, 'diff_ids') ?? [];
  if (!Array.isArray(ids)) throw invalidDocument(origin, 'no-diff-ids');
  const limit = origin.limits.layers;
  if (ids.length > limit) {
    const { file, entry } = origin;
    throw problem('limit-exceeded', { file, what: entry, limit, name: 'layers', found: ids.length });
  }
  const history = looseMember(document, 'history');
  const last: unknown = Array.isArray(history) ? history.at(-1) : null;
  return {
    created: date(looseMember(document, 'created')),
    author: asText(looseMember(document, 'author')),
    comment:
      asText(looseMember(document, 'comment')) ||
      asText(looseMember(asObject(last) ?? emptyObject, 'comment')),
    os: asText(looseMember(document, 'os')),
    architecture: asText(looseMember(document, 'architecture')),
    variant: asText(looseMember(document, 'variant')),
    dockerVersion: asText(looseMember(document, 'docker_version')),
    diffIds: ids.map((id, i) => {
      if (!isDigest(id)) throw invalidDocument(origin, 'no-diff-id', i + 1);
      return parseDiffId(id);
    }),
    history: (Array.isArray(history) ? history : []).map((step) => {
      const object = asObject(step) ?? emptyObject;
      return {
        createdBy: asText(looseMember(object, 'created_by')),
        created: date(looseMember(object, 'created')),
        author: asText(looseMember(object, 'author')),
        comment: asText(looseMember(object, 'comment')),
        empty: looseMember(object, 'empty_layer') === true,
      };
    }),
    runtime: parseRuntime(looseMember(document, 'config')),
    document,
  };
}

/**
 * Chain IDs from the base up (OCI image-spec, config.md "Layer ChainID"). `sha256` gives the lower-case hex digest of a
 * text's UTF-8 bytes; it is passed in, since this code runs anywhere.
 */
export function chainIds(diffIds: readonly DiffId[], sha256: (text: string) => string): readonly ChainId[] {
  const chain: ChainId[] = [];
  for (const diffId of diffIds) {
    const parent = chain.at(-1);
    chain.push(parseChainId(parent === undefined ? diffId : `sha256:${sha256(`${parent} ${diffId}`)}`));
  }
  return chain;
}
