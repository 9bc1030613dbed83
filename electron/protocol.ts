import { protocol, type Session } from 'electron';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { appHost, appScheme, contentSecurityPolicy, permissionsPolicy } from './appScheme';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/** Must run before `ready`: makes the scheme an ordinary secure origin, without any way around the policy. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Every file under `folder` by its path in a URL. Read once: what is not on this list does not exist. */
function allowList(folder: string): ReadonlyMap<string, string> {
  const list = new Map<string, string>();
  const walk = (relative: string): void => {
    for (const entry of readdirSync(join(folder, relative), { withFileTypes: true })) {
      const path = `${relative}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) list.set(path, join(folder, path));
    }
  };
  walk('');
  return list;
}

/** Serves the packaged page and nothing else, to windows of a session: a look-up in an allow-list, so that no path can lead anywhere. */
export function serveApp(session: Session, folder: string): void {
  const files = allowList(folder);
  const headers = {
    'Content-Security-Policy': contentSecurityPolicy,
    'Permissions-Policy': permissionsPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
  };
  session.protocol.handle(appScheme, async (request) => {
    const url = new URL(request.url);
    const path = url.host === appHost && request.method === 'GET' ? files.get(url.pathname) : undefined;
    if (path === undefined) return new Response('', { status: 404, headers });
    const type = contentTypes[extname(path)] ?? 'application/octet-stream';
    return new Response(new Uint8Array(await readFile(path)), {
      headers: { ...headers, 'Content-Type': type },
    });
  });
}
