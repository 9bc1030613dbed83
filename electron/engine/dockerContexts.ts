import { parseBoundedJson } from '../../shared/image/jsonScan';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asObject, asText, member, type JsonObject } from '../../shared/image/jsonDocument';
import { parseAddress, type EngineAddress } from './address';

/** A Docker context that names an engine. */
export interface DockerContext {
  readonly name: string;
  readonly address: EngineAddress;
}

/** Most contexts and most bytes of a file that are read: these files are small, whoever wrote them. */
const contextLimit = 200;
const fileLimit = 1 << 20;

async function readJson(path: string): Promise<JsonObject | null> {
  try {
    const bytes = await readFile(path);
    return bytes.length > fileLimit ? null : asObject(parseBoundedJson(bytes.toString('utf8')));
  } catch {
    // Not there, not ours to read, or not JSON: as good as none.
    return null;
  }
}

/** The name of the current context by config.json; null where it is the default one. `folder` is Docker's, `~/.docker`. */
export async function currentContext(folder: string): Promise<string | null> {
  const name = asText(member((await readJson(join(folder, 'config.json'))) ?? {}, 'currentContext'));
  return name === '' || name === 'default' ? null : name;
}

/** The contexts of Docker's command line (`contexts/meta/…/meta.json`) by name; those that cannot be read are left out. */
export async function readContexts(folder: string): Promise<readonly DockerContext[]> {
  const places = await readdir(join(folder, 'contexts', 'meta')).catch(() => []);
  const found: DockerContext[] = [];
  for (const place of places.sort().slice(0, contextLimit)) {
    const meta = await readJson(join(folder, 'contexts', 'meta', place, 'meta.json'));
    if (!meta) continue;
    const name = asText(member(meta, 'Name'));
    const endpoint = asObject(member(asObject(member(meta, 'Endpoints')) ?? {}, 'docker'));
    const host = endpoint ? asText(member(endpoint, 'Host')) : '';
    if (name === '' || host === '') continue;
    const tls = join(folder, 'contexts', 'tls', place, 'docker');
    const files = await readdir(tls).catch(() => []);
    const certificates =
      files.length === 0
        ? null
        : {
            ca: join(tls, 'ca.pem'),
            cert: join(tls, 'cert.pem'),
            key: join(tls, 'key.pem'),
            verify: member(endpoint ?? {}, 'SkipTLSVerify') !== true,
          };
    found.push({ name, address: parseAddress(host, certificates) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
