import { afterAll, beforeAll, expect, test } from 'vitest';
import { everyRefusal, inMain, startApp, type RunningApp } from '../setup/electronApp';

/** What Chromium lets a page ask of the system: each is tried by a script of the page at a real click of the person. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ provoked: everyRefusal });
});
afterAll(() => running.close());

/** Names and calls; each is what a script would do at the click. What resolves or returns has succeeded. */
const attempts: Readonly<Record<string, string>> = {
  'file picker': 'showOpenFilePicker()',
  'save picker': 'showSaveFilePicker()',
  'folder picker': 'showDirectoryPicker()',
  'private files': 'navigator.storage.getDirectory()',
  'eye dropper': 'new EyeDropper().open()',
  'screen capture': 'navigator.mediaDevices.getDisplayMedia({ video: true })',
  camera: 'navigator.mediaDevices.getUserMedia({ video: true })',
  microphone: 'navigator.mediaDevices.getUserMedia({ audio: true })',
  'old camera': 'new Promise((good, bad) => navigator.webkitGetUserMedia({ video: true }, good, bad))',
  usb: 'navigator.usb.requestDevice({ filters: [] })',
  hid: 'navigator.hid.requestDevice({ filters: [] })',
  serial: 'navigator.serial.requestPort()',
  bluetooth: 'navigator.bluetooth.requestDevice({ acceptAllDevices: true })',
  midi: 'navigator.requestMIDIAccess()',
  idle: "IdleDetector.requestPermission().then((state) => { if (state !== 'granted') throw new Error(state); })",
  presentation: "new PresentationRequest('https://example.org/').start()",
  'remote playback': "document.createElement('video').remote.prompt()",
  'picture in picture': "document.createElement('video').requestPictureInPicture()",
  'document in picture': 'documentPictureInPicture.requestWindow()',
  fullscreen: 'document.documentElement.requestFullscreen()',
  'old fullscreen':
    "(document.documentElement.webkitRequestFullscreen(), new Promise((good, bad) => setTimeout(() => document.fullscreenElement ? good() : bad(new Error('none')), 300)))",
  'pointer lock': 'document.body.requestPointerLock()',
  'keyboard lock': 'navigator.keyboard.lock()',
  'keyboard map': 'navigator.keyboard.getLayoutMap()',
  speech: 'speechSynthesis.speak(new SpeechSynthesisUtterance("a"))',
  'speech recognition': 'new webkitSpeechRecognition().start()',
  'window.open': "(() => { if (open('app://stratigraph/index.html') === null) throw new Error('null'); })()",
  popup: "(() => { if (open('about:blank', 'a', 'width=200') === null) throw new Error('null'); })()",
  'wake lock': "navigator.wakeLock.request('screen')",
  screens: 'getScreenDetails()',
  fonts: 'queryLocalFonts()',
  share: "navigator.share({ title: 'a', text: 'b' })",
  payment:
    "new PaymentRequest([{ supportedMethods: 'https://example.org' }], { total: { label: 'a', amount: { currency: 'EUR', value: '1' } } }).show()",
  passkey:
    "navigator.credentials.create({ publicKey: { challenge: new Uint8Array(16), rp: { name: 'a' }, user: { id: new Uint8Array(16), name: 'a', displayName: 'a' }, pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } })",
  'passkey use': 'navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16) } })',
  identity:
    "navigator.credentials.get({ identity: { providers: [{ configURL: 'https://example.org/a', clientId: 'a' }] } })",
  location: 'new Promise((good, bad) => navigator.geolocation.getCurrentPosition(good, bad))',
  notifications:
    "Notification.requestPermission().then((state) => { if (state !== 'granted') throw new Error(state); })",
  'clipboard read': 'navigator.clipboard.read()',
  'clipboard text': 'navigator.clipboard.readText()',
  'clipboard write': "navigator.clipboard.writeText('evil')",
  'storage access': 'document.requestStorageAccess()',
  'lasting storage': "navigator.storage.persist().then((yes) => { if (!yes) throw new Error('no'); })",
  'protocol handler': "navigator.registerProtocolHandler('web+a', 'app://stratigraph/?%s')",
  'media keys':
    "navigator.requestMediaKeySystemAccess('org.w3.clearkey', [{ initDataTypes: ['cenc'], videoCapabilities: [{ contentType: 'video/mp4; codecs=\"avc1.42E01E\"' }] }])",
  'service worker': "navigator.serviceWorker.register('/main.js')",
  'virtual reality': "navigator.xr.requestSession('immersive-vr')",
  accelerometer:
    'new Promise((good, bad) => { const a = new Accelerometer(); a.onerror = bad; a.onreading = good; a.start(); })',
};
/** Without an effect on anything: the letters of the keyboard, and what a page that is in no frame has anyway. */
const harmless = new Set(['keyboard map', 'storage access']);

test('nothing of the system opens for a script at a click, and nothing is granted', async () => {
  const { app, page } = running;
  const granted: string[] = [];
  for (const [name, words] of Object.entries(attempts)) {
    // A script of the page's own, which the debugger lets do nothing: it waits for the click.
    await inMain(
      running,
      ({ BrowserWindow }, code) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
          `{ const place = window.outcome = { text: '' };
          addEventListener('pointerup', () => {
            const told = (text) => { place.text ||= text; };
            try { Promise.resolve(${code}).then(() => told('granted'), (e) => told('refused ' + e?.name)); }
            catch (e) { told('refused ' + e.name); }
            setTimeout(told, 1500, 'open');
          }, { once: true, capture: true }); } null`,
          false,
        ),
      words,
    );
    await page.mouse.click(640, 700);
    const outcome = await page
      .waitForFunction(() => (window as unknown as { outcome: { text: string } }).outcome.text)
      .then((handle) => handle.jsonValue());
    if (!outcome?.startsWith('refused') && !harmless.has(name)) granted.push(`${name}: ${outcome}`);
    await page.keyboard.press('Escape');
  }
  expect(granted).toEqual([]);
  expect(await inMain({ app }, ({ BrowserWindow }) => BrowserWindow.getAllWindows().length, null)).toBe(1);
  expect(page.url()).toBe('app://stratigraph/index.html');
});
