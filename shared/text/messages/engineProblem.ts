import type { EngineKind, ProblemFacts } from '../../image/problem';
import { visibleName as v } from '../format';
import { answerReasons, saidReason } from './faultReason';
import type { ProblemTexts } from './problemTexts';

/** What people read when Docker or Podman do not do what was asked; part of `problemTexts`. */
type Codes =
  | 'engine-not-running'
  | 'engine-denied'
  | 'engine-unreachable'
  | 'engine-unsupported'
  | 'engine-too-old'
  | 'engine-untrusted'
  | 'engine-lost'
  | 'engine-goes-on'
  | 'engine-silent'
  | 'engine-answer-invalid'
  | 'engine-refused'
  | 'engine-image-used'
  | 'engine-image-has-children'
  | 'engine-last-name'
  | 'engine-copy-differs'
  | 'source-not-found';

type Pair = readonly [en: string, zh: string];
type Said = (address: string) => string;

const start: Readonly<Record<EngineKind, Pair>> = {
  docker: [
    'Start it with systemctl start docker, or open Docker Desktop; it then appears here by itself.',
    '请用 systemctl start docker 启动它，或打开 Docker Desktop；启动后会自动出现在这里。',
  ],
  podman: [
    'Start it with systemctl --user start podman.socket, or podman machine start; it then appears here by itself.',
    '请用 systemctl --user start podman.socket 或 podman machine start 启动它；启动后会自动出现在这里。',
  ],
};

/** What can be done about an address that is not opened, by what it was to be. */
const ofAdding: Readonly<Record<'found' | 'form' | 'relative' | 'word' | 'no-socket' | 'missing', Pair>> = {
  found: [
    'For ssh, forward the socket (ssh -L) and name that in DOCKER_HOST.',
    '若使用 ssh，请转发套接字（ssh -L），并在 DOCKER_HOST 中指定它。',
  ],
  form: [
    'Nothing was changed. For ssh, forward the socket (ssh -NL /tmp/engine.sock:/var/run/docker.sock HOST) and add unix:///tmp/engine.sock.',
    '未作任何更改。若使用 ssh，请转发套接字（ssh -NL /tmp/engine.sock:/var/run/docker.sock 主机），再添加 unix:///tmp/engine.sock。',
  ],
  relative: [
    'Nothing was changed. Write it as unix:///run/docker.sock.',
    '未作任何更改。请写成 unix:///run/docker.sock 的形式。',
  ],
  word: [
    'Nothing was changed. Write a socket as unix:///run/docker.sock, a machine as tcp://HOST:2375.',
    '未作任何更改。套接字请写成 unix:///run/docker.sock 的形式，主机请写成 tcp://主机:2375 的形式。',
  ],
  'no-socket': [
    'Nothing was changed. Give the socket that the engine listens on; an archive or a folder is opened as a file.',
    '未作任何更改。请填写引擎监听的套接字；归档或文件夹请作为文件打开。',
  ],
  missing: [
    'Nothing was changed. Correct the path, or start the engine first.',
    '未作任何更改。请更正路径，或先启动该引擎。',
  ],
};

/** Why an address is not opened. */
const unsupported: Readonly<
  Record<'form' | 'relative' | 'word' | 'no-socket' | 'missing', readonly [en: Said, zh: Said]>
> = {
  form: [
    (address) => `Its address ${address} is of a kind that is not opened: unix, npipe and tcp are.`,
    (address) => `不支持地址 ${address} 的类型：仅支持 unix、npipe 和 tcp。`,
  ],
  relative: [
    (address) => `Its address ${address} has no whole path, which begins with a slash.`,
    (address) => `地址 ${address} 不是完整路径，完整路径以斜杠开头。`,
  ],
  word: [
    (address) => `${address} is neither the path of a socket nor a machine with its port.`,
    (address) => `${address} 既不是套接字的路径，也不是带端口的主机。`,
  ],
  'no-socket': [
    (address) => `What is at ${address} is no socket.`,
    (address) => `${address} 处的不是套接字。`,
  ],
  missing: [(address) => `There is nothing at ${address}.`, (address) => `${address} 处没有任何文件。`],
};

const permit: Readonly<Record<EngineKind, Pair>> = {
  docker: [
    'Add this user to the group docker (sudo usermod -aG docker $USER) and log in again, or use rootless Docker.',
    '请将该用户加入 docker 组（sudo usermod -aG docker $USER）并重新登录，或使用 rootless Docker。',
  ],
  podman: [
    'Start Podman for this user: systemctl --user start podman.socket.',
    '请为该用户启动 Podman：systemctl --user start podman.socket。',
  ],
};

const of = (texts: Readonly<Record<EngineKind, Pair>>, kind: EngineKind): Pair =>
  texts[kind === 'podman' ? 'podman' : 'docker'];

const faults: Readonly<Record<string, Pair>> = {
  ENOENT: ['there is no socket', '没有套接字'],
  ECONNREFUSED: ['nobody listens there', '没有程序在监听'],
  ECONNRESET: ['the connection was closed at once', '连接立即被关闭'],
  ENOTFOUND: ['the name of the machine is not known', '无法解析主机名'],
  EAI_AGAIN: ['the name of the machine could not be looked up', '暂时无法解析主机名'],
  ETIMEDOUT: ['the machine does not answer', '主机没有响应'],
  EHOSTUNREACH: ['there is no way to the machine', '无法到达主机'],
  ENETUNREACH: ['there is no way to the network', '无法到达网络'],
  CERT_HAS_EXPIRED: ['its certificate has expired', '证书已过期'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is signed by nobody that we know', '证书由未知的签发者签发'],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate is signed by nobody that we know', '证书由未知的签发者签发'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate is signed by nobody that we know',
    '证书由未知的签发者签发',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', '证书属于另一个名称'],
  'no-certificates': ['a file with the certificates cannot be read', '无法读取证书文件'],
};
const fault = (code: string, column: 0 | 1): string => faults[code]?.[column] ?? v(code);

export const engineProblemTexts: { readonly [C in Codes]: ProblemTexts<C & keyof ProblemFacts> } = {
  'engine-not-running': {
    title: [(f) => `${v(f.engine)} is not running`, (f) => `${v(f.engine)} 未运行`],
    why: [
      (f) => `It was looked for at ${v(f.address)}, and ${fault(f.reason, 0)}.`,
      (f) => `已在 ${v(f.address)} 查找：${fault(f.reason, 1)}。`,
    ],
    advice: [(f) => of(start, f.kind)[0], (f) => of(start, f.kind)[1]],
  },
  'engine-denied': {
    title: [(f) => `This user may not talk to ${v(f.engine)}`, (f) => `当前用户无权访问 ${v(f.engine)}`],
    why: [
      (f) => `The socket ${v(f.address)} belongs to others.`,
      (f) => `套接字 ${v(f.address)} 属于其他用户。`,
    ],
    advice: [(f) => of(permit, f.kind)[0], (f) => of(permit, f.kind)[1]],
  },
  'engine-unreachable': {
    title: [(f) => `${v(f.engine)} cannot be reached`, (f) => `无法连接 ${v(f.engine)}`],
    why: [
      (f) => `It should be at ${v(f.address)}, but ${fault(f.reason, 0)}.`,
      (f) => `其地址为 ${v(f.address)}，但${fault(f.reason, 1)}。`,
    ],
    advice: [
      () => 'Check DOCKER_HOST or the Docker context, and the network.',
      () => '请检查 DOCKER_HOST 或 Docker context，以及网络。',
    ],
  },
  'engine-unsupported': {
    title: [(f) => `${v(f.engine)} cannot be opened`, (f) => `无法打开 ${v(f.engine)}`],
    why: [
      (f) => unsupported[f.reason ?? 'form'][0](v(f.address)),
      (f) => unsupported[f.reason ?? 'form'][1](v(f.address)),
    ],
    advice: [(f) => ofAdding[f.reason ?? 'found'][0], (f) => ofAdding[f.reason ?? 'found'][1]],
  },
  'engine-too-old': {
    title: [
      (f) => `${v(f.engine)} ${v(f.version)} is too old`,
      (f) => `${v(f.engine)} ${v(f.version)} 版本过旧`,
    ],
    why: [
      (f) => `It speaks version ${v(f.api)} of the API; ${v(f.needed)} is the oldest that works.`,
      (f) => `它的 API 版本为 ${v(f.api)}，最低需要 ${v(f.needed)}。`,
    ],
    advice: [() => 'Update it.', () => '请更新它。'],
  },
  'engine-untrusted': {
    title: [
      (f) => `The encrypted connection to ${v(f.engine)} failed`,
      (f) => `与 ${v(f.engine)} 的加密连接失败`,
    ],
    why: [
      (f) => `At ${v(f.address)}: ${fault(f.reason, 0)}.`,
      (f) => `${v(f.address)}：${fault(f.reason, 1)}。`,
    ],
    advice: [
      () => 'Check ca.pem, cert.pem and key.pem of DOCKER_CERT_PATH or of the Docker context.',
      () => '请检查 DOCKER_CERT_PATH 或 Docker context 中的 ca.pem、cert.pem 和 key.pem。',
    ],
  },
  'engine-lost': {
    title: [(f) => `The connection to ${v(f.engine)} broke`, (f) => `与 ${v(f.engine)} 的连接中断`],
    why: [() => 'It may have been stopped or started again.', () => '它可能已被停止或重新启动。'],
    advice: [() => 'Try again when it runs.', () => '请等它运行后重试。'],
  },
  'engine-goes-on': {
    title: [(f) => `It was too late to cancel in ${v(f.engine)}`, (f) => `${v(f.engine)} 中已无法取消`],
    why: [
      () => 'It had been sent everything, is still at it, and nobody can stop it.',
      () => '全部内容已经发出，它仍在处理，无法中止。',
    ],
    advice: [
      () => 'The images may be there in a moment: look again, and delete them there.',
      () => '镜像可能稍后出现：请再次查看，并在那里删除。',
    ],
  },
  'engine-silent': {
    title: [(f) => `${v(f.engine)} does not answer`, (f) => `${v(f.engine)} 没有响应`],
    why: [(f) => `It has said nothing for ${f.seconds} s.`, (f) => `已等待 ${f.seconds} 秒。`],
    advice: [
      () => 'It may be busy with other work. Try again later.',
      () => '它可能正忙于其他任务，请稍后重试。',
    ],
  },
  'engine-answer-invalid': {
    title: [
      (f) => `${v(f.engine)} gave an answer that makes no sense`,
      (f) => `${v(f.engine)} 的回答无法理解`,
    ],
    why: [
      (f) => `${v(f.what)}: ${saidReason(answerReasons, f, 0)}.`,
      (f) => `${v(f.what)}：${saidReason(answerReasons, f, 1)}。`,
    ],
    advice: [
      () => 'Check that Docker or Podman listens at this address, and nothing else.',
      () => '请确认该地址上是 Docker 或 Podman，而不是其他程序。',
    ],
  },
  'engine-refused': {
    title: [(f) => `${v(f.engine)} refused`, (f) => `${v(f.engine)} 拒绝了请求`],
    why: [
      (f) => `It says: ${f.message === '' ? `HTTP ${f.status}` : v(f.message)}.`,
      (f) => `它的回答：${f.message === '' ? `HTTP ${f.status}` : v(f.message)}。`,
    ],
    advice: [() => 'What it did before stays as it is.', () => '此前已完成的操作保持不变。'],
  },
  'engine-image-used': {
    title: [(f) => `${v(f.name)} is in use`, (f) => `${v(f.name)} 正在使用中`],
    why: [
      (f) => `Containers of ${v(f.engine)} stand on it: ${v(f.containers)}.`,
      (f) => `${v(f.engine)} 的容器依赖它：${v(f.containers)}。`,
    ],
    advice: [
      (f) =>
        f.active
          ? 'Stop and remove the containers first. Nothing was deleted.'
          : f.force
            ? 'Remove the containers first, or delete by force: they stay, without their image. Nothing was deleted.'
            : 'Remove the containers first. Nothing was deleted.',
      (f) =>
        f.active
          ? '请先停止并删除这些容器。未删除任何内容。'
          : f.force
            ? '请先删除这些容器，或强制删除：容器会保留，但失去镜像。未删除任何内容。'
            : '请先删除这些容器。未删除任何内容。',
    ],
  },
  'engine-image-has-children': {
    title: [
      (f) => `Other images of ${v(f.engine)} were built on ${v(f.name)}`,
      (f) => `${v(f.engine)} 中有镜像基于 ${v(f.name)} 构建`,
    ],
    why: [
      () => 'The engine keeps an image while others stand on it.',
      () => '只要还有镜像依赖它，引擎就会保留它。',
    ],
    advice: [() => 'Delete those first. Nothing was deleted.', () => '请先删除那些镜像。未删除任何内容。'],
  },
  'engine-last-name': {
    title: [(f) => `${v(f.name)} is the only name of its image`, (f) => `${v(f.name)} 是该镜像唯一的名称`],
    why: [
      (f) => `${v(f.engine)} deletes an image together with its last name.`,
      (f) => `${v(f.engine)} 移除最后一个名称时会删除镜像。`,
    ],
    advice: [
      () => 'Give the image another name first, or delete it.',
      () => '请先为镜像添加其他名称，或直接删除它。',
    ],
  },
  'engine-copy-differs': {
    title: [(f) => `${v(f.name)} arrived as another image`, (f) => `${v(f.name)} 到达后变成了另一个镜像`],
    why: [
      (f) =>
        `Expected ${v(f.expected.slice(0, 19))}, found ${v(f.found === '' ? 'nothing' : f.found.slice(0, 19))}.`,
      (f) => `应为 ${v(f.expected.slice(0, 19))}，实为 ${f.found === '' ? '空' : v(f.found.slice(0, 19))}。`,
    ],
    advice: [
      (f) => `${v(f.engine)} writes this image in a form that changes its ID. Check it before it is used.`,
      (f) => `${v(f.engine)} 写出该镜像时改变了它的 ID，使用前请先检查。`,
    ],
  },
  'source-not-found': {
    title: [(f) => `There is no source ${v(f.name)}`, (f) => `没有名为 ${v(f.name)} 的来源`],
    why: [(f) => `These are known: ${v(f.known)}.`, (f) => `已知的来源：${v(f.known)}。`],
    advice: [
      () => 'Name one of them, an address such as unix:///run/docker.sock, or a path such as ./out.tar.',
      () => '请使用其中之一、unix:///run/docker.sock 这样的地址，或 ./out.tar 这样的路径。',
    ],
  },
};
