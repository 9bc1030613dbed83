/** The one origin that our page has; nothing else is ever loaded. */
export const appScheme = 'app';
export const appHost = 'stratigraph';
export const appOrigin = `${appScheme}://${appHost}`;
/** The page of the window. */
export const appPage = `${appOrigin}/index.html`;

/** Whether an address is of our own page. `URL.origin` is `null` for schemes that Node does not know, so it is no help. */
export function isOwnPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host } = new URL(address);
  return protocol === `${appScheme}:` && host === appHost;
}

/**
 * Content security policy of every document (docs: electron-security, checklist 7). No inline script, no eval, no
 * remote content; scripts may only come to be through the one Trusted Types policy that makes our worker's URL. Chromium does
 * not know `webrtc 'block'` and would complain about it: peer connections are cut off in `window.ts`.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "frame-src 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types stratigraph',
  // No dialogs of Chromium's own (print, alert), no downloads, no windows. Forms tell the page that they were filled in, and go nowhere.
  'sandbox allow-scripts allow-same-origin allow-forms',
].join('; ');

/**
 * Permissions policy of every document: nothing that a page could ask of the system or of the screen, at whichever click. What has no
 * name here is turned off in `window.ts`.
 */
export const permissionsPolicy = [
  'accelerometer',
  'autoplay',
  'camera',
  'clipboard-read',
  'clipboard-write',
  'cross-origin-isolated',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'identity-credentials-get',
  'idle-detection',
  'keyboard-map',
  'magnetometer',
  'microphone',
  'midi',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'storage-access',
  'sync-xhr',
  'window-management',
]
  .map((feature) => `${feature}=()`)
  .join(', ');
