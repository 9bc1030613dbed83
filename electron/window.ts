import { app, BrowserWindow, nativeTheme, screen, session, type Session, type WebContents } from 'electron';
import { join } from 'node:path';
import { appOrigin, appPage } from './appScheme';
import type { WindowState } from '../shared/ipc/profile';
import type { SettingsFile } from './ipc/settingsFile';

/** Surface colours of the first frame, so that a dark window does not flash white (tokens.css `--surface`). */
const firstPaint = { light: '#faf9f7', dark: '#191b1f' } as const;

/**
 * Must run before `ready`: no host has an address for Chromium, not even one that is written as an address. What the filter
 * of requests does not see (preconnections, name look-ups, peer connections over TCP) then ends where it would begin.
 * Nothing of ours uses Chromium's network: engines are spoken to by Node.
 */
export function lockNetwork(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
}

/**
 * Must run before `ready`: a script reads nothing from the clipboard, and writes to it where a key was pressed at the most, which
 * the preload holds against what the person asked for.
 */
export function lockClipboard(): void {
  app.commandLine.appendSwitch('blink-settings', 'javaScriptCanAccessClipboard=false,DOMPasteAllowed=false');
}

/** What our page has no use for and what leads out of it: pickers of Chromium's own, windows above others, ways to peers and devices. */
const unusedFeatures = [
  'FileSystemAccessLocal',
  'FileSystemAccess',
  'FileSystemAccessOriginPrivate',
  'DocumentPictureInPictureAPI',
  'Presentation',
  'RemotePlayback',
  'PaymentRequest',
  'EyeDropperAPI',
  'FontAccess',
  'ScriptedSpeechRecognition',
  'ScriptedSpeechSynthesis',
  'PictureInPictureAPI',
  'WebAuth',
  'Notifications',
  'FedCm',
  'WebBluetooth',
  'WebUSB',
  'WebHID',
  'Serial',
].join(',');

/** What else than files of the page is loaded: pictures that the page made, and developer tools in unpackaged runs. */
const ownData = /^(?:blob:app:|data:image\/)/;
const ownDataAndTools = /^(?:blob:app:|data:image\/|devtools:)/;

/**
 * The session of all windows. It is in memory: the page keeps nothing of its own (settings are the main process's), and a script
 * in it could else fill the disk through the databases and files that Chromium lets a page keep, and find them again later.
 */
export function pageSession(): Session {
  return session.fromPartition('page', { cache: false });
}

/** Removes what pages of earlier versions may have kept on the disk. */
export function clearKept(): void {
  void session.defaultSession.clearStorageData().catch(() => undefined);
}

/** Denies everything a page could ask of the system, and every request that is not for our own page. */
export function lockSession(locked: Session): void {
  locked.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  locked.setPermissionCheckHandler(() => false);
  locked.setDevicePermissionHandler(() => false);
  locked.webRequest.onBeforeRequest((details, callback) => {
    const allowed =
      details.url.startsWith(`${appOrigin}/`) ||
      (app.isPackaged ? ownData : ownDataAndTools).test(details.url);
    callback({ cancel: !allowed });
  });
  locked.on('will-download', (event) => event.preventDefault());
}

/** Navigation, new windows and embedded views are denied for every web contents there will ever be. */
export function lockContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    // Nor move or resize it: a window that lies outside of all displays, or on a dialog's place, is a script's.
    contents.on('content-bounds-updated', (event) => event.preventDefault());
    // A page cannot keep its window open.
    contents.on('will-prevent-unload', (event) => event.preventDefault());
    denyFilePickers(contents);
    // Peer connections do without UDP, which no filter of requests sees; what is left to them, TCP, has no host to reach.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  });
}

/**
 * Chromium's own file pickers (`<input type=file>`) never open: a script could open one at any click, and would be handed what is
 * chosen. No setting turns them off; the protocol of the developer tools takes them over, and nobody chooses anything.
 */
function denyFilePickers(contents: WebContents): void {
  const { debugger: tools } = contents;
  const deny = (): void => {
    if (contents.isDestroyed()) return;
    try {
      if (!tools.isAttached()) tools.attach();
      for (const [command, input] of [
        ['Page.enable', {}],
        ['Page.setInterceptFileChooserDialog', { enabled: true }],
      ] as const)
        void tools.sendCommand(command, input).catch(() => undefined);
    } catch {
      // It is going away.
    }
  };
  deny();
  // The renderer process may be another one after a navigation.
  contents.on('did-start-navigation', deny);
  tools.on('detach', () => setImmediate(deny));
}

/** The remembered place, unless it lies on a display that is gone. */
function placeOf(state: WindowState): { x?: number; y?: number; width: number; height: number } {
  const { x, y, width, height } = state;
  if (x === null || y === null) return { width, height };
  const area = screen.getDisplayMatching({ x, y, width, height }).workArea;
  const seen =
    x < area.x + area.width - 80 &&
    x + width > area.x + 80 &&
    y >= area.y - 8 &&
    y < area.y + area.height - 40;
  return seen ? { x, y, width, height } : { width, height };
}

/** True where the page draws minimise, maximise and close itself: Linux, where the title bar is ours. */
export const drawsWindowButtons = process.platform === 'linux';

/** Opens the window on our page, where it was last time. */
export function openWindow(settings: SettingsFile, onState: (window: BrowserWindow) => void): BrowserWindow {
  const window = new BrowserWindow({
    ...placeOf(settings.window),
    minWidth: 640,
    minHeight: 480,
    show: false,
    title: 'Stratigraph',
    icon: join(__dirname, '..', 'assets', 'icon.png'),
    backgroundColor: nativeTheme.shouldUseDarkColors ? firstPaint.dark : firstPaint.light,
    frame: process.platform !== 'linux',
    titleBarStyle: process.platform === 'darwin' ? 'hiddenInset' : 'hidden',
    ...(process.platform === 'win32' ? { titleBarOverlay: { height: 43 } } : {}),
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      session: pageSession(),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // The page asks in its own dialogs; one that looks like the system's is none of ours.
      disableDialogs: true,
      disableBlinkFeatures: unusedFeatures,
      spellcheck: false,
    },
  });
  if (settings.window.maximized) window.maximize();
  // What the system calls the window is ours to say.
  window.on('page-title-updated', (event) => event.preventDefault());
  window.once('ready-to-show', () => window.show());

  const remember = (): void => {
    if (window.isDestroyed() || window.isMinimized()) return;
    settings.changeWindow({ ...window.getNormalBounds(), maximized: window.isMaximized() });
    onState(window);
  };
  window.on('resize', remember);
  window.on('move', remember);
  window.on('maximize', remember);
  window.on('unmaximize', remember);
  window.on('focus', () => onState(window));
  window.on('blur', () => onState(window));

  // Our page has no frames: one in it is a script's, and out of reach of the preload.
  window.webContents.on('frame-created', (_event, { frame }) => {
    if (frame !== null && frame.parent !== null) window.webContents.reload();
  });

  void window.loadURL(appPage);
  return window;
}
