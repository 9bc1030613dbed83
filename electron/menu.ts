import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Translate } from '../shared/text/catalogue';

/**
 * The application menu. On macOS it is the menu bar; elsewhere the window draws its own menus and this one only carries
 * the accelerators that belong to Electron (editing, zoom, closing). Developer tools exist in unpackaged runs only.
 */
export function buildMenu(
  t: Translate,
  {
    act,
    opened,
    quit,
  }: {
    readonly act: (action: string) => void;
    readonly opened: () => void;
    /** Ends the program, after a question where something would be lost by it. */
    readonly quit: () => void;
  },
): Menu {
  const item = (label: string, action: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => act(action),
    // The page handles its shortcuts itself; the menu only shows them.
    ...(accelerator ? { accelerator, registerAccelerator: false } : {}),
  });
  // Not Electron's own item, which ends the program without a question.
  const leave: MenuItemConstructorOptions = {
    label: t('native.menu.quit'),
    accelerator: 'CmdOrCtrl+Q',
    click: quit,
  };
  const isMac = process.platform === 'darwin';
  const rule: MenuItemConstructorOptions = { type: 'separator' };
  const mac: MenuItemConstructorOptions[] = isMac
    ? [
        {
          label: app.name,
          submenu: [
            { role: 'about' },
            rule,
            { role: 'services' },
            rule,
            { role: 'hide' },
            { role: 'hideOthers' },
            { role: 'unhide' },
            rule,
            leave,
          ],
        },
      ]
    : [];
  const menu = Menu.buildFromTemplate([
    ...mac,
    {
      label: t('native.menu.file'),
      submenu: [
        item(t('native.menu.load'), 'load', 'CmdOrCtrl+O'),
        item(t('native.menu.loadDirectory'), 'load.directory'),
        item(t('native.menu.look'), 'look'),
        item(t('native.menu.store'), 'store.open'),
        item(t('native.menu.save'), 'save', 'CmdOrCtrl+S'),
        { type: 'separator' },
        isMac ? { role: 'close' } : leave,
      ],
    },
    { role: 'editMenu' },
    {
      label: t('native.menu.view'),
      submenu: [
        item(t('native.menu.graph'), 'view.graph', 'CmdOrCtrl+1'),
        item(t('native.menu.strata'), 'view.strata', 'CmdOrCtrl+2'),
        item(t('native.menu.map'), 'view.map', 'CmdOrCtrl+3'),
        item(t('native.menu.overlap'), 'view.overlap', 'CmdOrCtrl+4'),
        item(t('native.menu.table'), 'view.table', 'CmdOrCtrl+5'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
  ]);
  // Items for copying and pasting do their work without a word to us: that their menu was opened says that they may.
  for (const each of [menu, ...menu.items.flatMap(({ submenu }) => submenu ?? [])])
    each.on('menu-will-show', opened);
  return menu;
}
