import { createSocket, type Socket } from 'node:dgram';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { everyRefusal, inMain, startApp, type RunningApp } from '../setup/electronApp';

/** Ports of this machine that listen, and what came to them: a page that can reach anything reaches these. */
const arrived: string[] = [];
let running: RunningApp;
let udp: Socket;
let tcp: Server;
let ports: { readonly udp: number; readonly tcp: number };

beforeAll(async () => {
  udp = createSocket('udp4').on('message', (message) => arrived.push(`UDP, ${message.length} bytes`));
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  tcp = createServer((socket) => {
    arrived.push('TCP connection');
    socket.on('data', (data) => arrived.push(`TCP, ${data.toString('latin1').slice(0, 60)}`));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  ports = { udp: udp.address().port, tcp: (tcp.address() as AddressInfo).port };
  running = await startApp({ provoked: everyRefusal });
});
afterAll(async () => {
  await running.close();
  udp.close();
  tcp.close();
});

type Ports = typeof ports;

/** Ways out of a page: each is tried by a script of the page, with the two ports. What it throws is a refusal, too. */
const ways: Readonly<Record<string, (to: Ports) => unknown>> = {
  'a STUN server': ({ udp }) => offer([{ urls: `stun:127.0.0.1:${udp}` }], window),
  'a TURN server': ({ udp }) =>
    offer([{ urls: `turn:127.0.0.1:${udp}`, username: 'data of the page', credential: 'x' }], window),
  'a TURN server by TCP': ({ tcp }) =>
    offer([{ urls: `turn:127.0.0.1:${tcp}?transport=tcp`, username: 'u', credential: 'x' }], window),
  'a TURN server by TLS': ({ tcp }) =>
    offer([{ urls: `turns:127.0.0.1:${tcp}?transport=tcp`, username: 'u', credential: 'x' }], window),
  'a peer connection of an empty frame': ({ udp, tcp }) => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const servers = [`stun:127.0.0.1:${udp}`, `turn:127.0.0.1:${tcp}?transport=tcp`];
    const inside = frame.contentWindow as Window & typeof globalThis;
    return offer([{ urls: servers, username: 'u', credential: 'x' }], inside);
  },
  'a peer at an address': async ({ udp, tcp }) => {
    const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
    near.createDataChannel('x');
    await near.setLocalDescription(await near.createOffer());
    await far.setRemoteDescription(near.localDescription as RTCSessionDescription);
    await near.setRemoteDescription(await far.createAnswer());
    const place = `1 1 PROTOCOL 2113937151 127.0.0.1 PORT typ host`;
    const candidates = [
      place.replace('PROTOCOL', 'udp').replace('PORT', String(udp)),
      `${place.replace('PROTOCOL', 'tcp').replace('PORT', String(tcp))} tcptype passive`,
      place.replace('PROTOCOL', 'udp').replace('127.0.0.1', 'peer.local').replace('PORT', String(udp)),
    ];
    for (const candidate of candidates)
      await near.addIceCandidate({ candidate: `candidate:${candidate}`, sdpMid: '0' });
  },
  links: ({ tcp }) => {
    const kinds =
      'preconnect dns-prefetch prefetch prerender preload modulepreload icon manifest stylesheet import';
    for (const rel of kinds.split(' ')) {
      const link = document.createElement('link');
      link.rel = rel;
      link.href = `http://127.0.0.1:${tcp}/${rel}`;
      if (rel === 'preload') link.as = 'image';
      document.head.append(link);
    }
  },
  fetch: ({ tcp }) => fetch(`http://127.0.0.1:${tcp}/fetch`, { mode: 'no-cors', keepalive: true }),
  XMLHttpRequest: ({ tcp }) => {
    const request = new XMLHttpRequest();
    request.open('POST', `http://127.0.0.1:${tcp}/xhr`);
    request.send('x');
  },
  WebSocket: ({ tcp }) => new WebSocket(`ws://127.0.0.1:${tcp}/socket`),
  EventSource: ({ tcp }) => new EventSource(`http://127.0.0.1:${tcp}/events`),
  WebTransport: ({ udp }) => {
    void new WebTransport(`https://127.0.0.1:${udp}/`).ready.catch(() => undefined);
  },
  sendBeacon: ({ tcp }) => navigator.sendBeacon(`http://127.0.0.1:${tcp}/beacon`, 'x'),
  'a ping and a link that is followed': ({ tcp }) => {
    const link = document.createElement('a');
    link.href = `http://127.0.0.1:${tcp}/link`;
    link.ping = `http://127.0.0.1:${tcp}/ping`;
    document.body.append(link);
    link.click();
    link.target = '_blank';
    link.click();
    link.download = 'x';
    link.click();
  },
  'pictures, sound and film': ({ tcp }) => {
    for (const name of ['img', 'video', 'audio', 'input'] as const) {
      const element = document.createElement(name);
      if (element instanceof HTMLInputElement) element.type = 'image';
      element.src = `http://127.0.0.1:${tcp}/${name}`;
      document.body.append(element);
    }
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    for (const name of ['use', 'image', 'feImage']) {
      const part = document.createElementNS('http://www.w3.org/2000/svg', name);
      part.setAttribute('href', `http://127.0.0.1:${tcp}/${name}.svg#x`);
      picture.append(part);
    }
    document.body.append(picture);
  },
  'style sheets and fonts': async ({ tcp }) => {
    const sheet = new CSSStyleSheet();
    const url = (name: string): string => `url(http://127.0.0.1:${tcp}/${name})`;
    sheet.replaceSync(
      `@font-face { font-family: far; src: ${url('face')} }
       body { font-family: far; background-image: ${url('back')}; cursor: ${url('cursor')}, auto; mask: ${url('m')} }`,
    );
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    document.body.style.backgroundImage = url('inline');
    await new FontFace('farther', url('font')).load();
  },
  'frames and objects': ({ tcp }) => {
    const frame = document.createElement('iframe');
    frame.src = `http://127.0.0.1:${tcp}/frame`;
    document.body.append(frame);
    const thing = document.createElement('object');
    thing.data = `http://127.0.0.1:${tcp}/object`;
    document.body.append(thing);
  },
  'a form': ({ tcp }) => {
    const form = document.createElement('form');
    form.action = `http://127.0.0.1:${tcp}/form`;
    form.method = 'post';
    document.body.append(form);
    form.submit();
    form.target = '_blank';
    form.submit();
  },
  'a new window': ({ tcp }) => window.open(`http://127.0.0.1:${tcp}/window`, 'far'),
  'another address': ({ tcp }) => {
    const refresh = document.createElement('meta');
    refresh.httpEquiv = 'refresh';
    refresh.content = `0;url=http://127.0.0.1:${tcp}/refresh`;
    document.head.append(refresh);
    location.href = `http://127.0.0.1:${tcp}/location`;
  },
  'speculation rules': ({ tcp }) => {
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = JSON.stringify({
      prefetch: [{ urls: [`http://127.0.0.1:${tcp}/speculation`], eagerness: 'immediate' }],
    });
    document.head.append(rules);
  },
  'workers from elsewhere': ({ tcp }) => new Worker(`http://127.0.0.1:${tcp}/worker.js`),
  'shared workers from elsewhere': ({ tcp }) => new SharedWorker(`http://127.0.0.1:${tcp}/shared.js`),
  'a service worker': () => navigator.serviceWorker.register('/main.js'),
};

/** Makes an offer, as a page that wants a peer does; it is put before every way in the page. */
function offer(iceServers: RTCIceServer[], inside: Window & typeof globalThis): Promise<void> {
  const connection = new inside.RTCPeerConnection({ iceServers, iceCandidatePoolSize: 2 });
  connection.createDataChannel('x');
  return connection.createOffer().then((made) => connection.setLocalDescription(made));
}

test('nothing that a script of the page tries reaches the network, by UDP or TCP', async () => {
  const { page } = running;
  await page.evaluate(`globalThis.offer = ${offer.toString()}`);
  for (const [name, way] of Object.entries(ways)) {
    const before = arrived.length;
    await page.evaluate(way, ports).catch(() => undefined);
    // A packet takes less than a moment on this machine; what is late is counted at the end.
    await page.waitForTimeout(150);
    expect(arrived.slice(before), name).toEqual([]);
  }
  await page.waitForTimeout(1500);
  expect(arrived).toEqual([]);
  expect(page.url()).toBe('app://stratigraph/index.html');
  expect(await inMain(running, ({ BrowserWindow }) => BrowserWindow.getAllWindows().length, null)).toBe(1);
});

test('the ports that nothing came to do listen', async () => {
  const { connect } = await import('node:net');
  const own = createSocket('udp4');
  own.send('x', ports.udp, '127.0.0.1', () => own.close());
  connect(ports.tcp, '127.0.0.1').end('y');
  await expect.poll(() => arrived.length).toBeGreaterThan(1);
});

test('pickers, windows above others and devices are not there', async () => {
  const there = await running.page.evaluate(() =>
    ['showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker', 'documentPictureInPicture']
      .filter((name) => name in window)
      .concat(['bluetooth', 'usb', 'hid', 'serial'].filter((name) => name in navigator)),
  );
  expect(there).toEqual([]);
});

test('a page asks in no dialog of the system, renames no window and keeps none open', async () => {
  const { page, app } = running;
  await page.evaluate(() => {
    alert('Type your password');
    document.title = 'Password';
    window.onbeforeunload = (event) => event.preventDefault();
  });
  const title = await inMain(
    running,
    ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle(),
    null,
  );
  expect(title).toMatch(/store – Stratigraph$/);
  const closed = app.waitForEvent('close');
  await inMain(running, ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close(), null);
  await closed;
});
