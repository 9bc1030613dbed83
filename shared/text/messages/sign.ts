import { counted } from '../counted';
import { formatBytes, groupDigits } from '../format';

/** What `sign`, `verify`, `encrypt` and `decrypt` say. */
export const sign = {
  'sign.done': [
    (f: { digest: string; by: string; kind: string }) => `Signed ${f.digest} with ${f.kind} key ${f.by}.`,
    (f: { digest: string; by: string; kind: string }) => `已用 ${f.kind} 密钥 ${f.by} 签名 ${f.digest}。`,
  ],
  'sign.known': [
    (f: { digest: string; by: string; kind: string }) =>
      `${f.digest} is signed with ${f.kind} key ${f.by} already; nothing was added.`,
    (f: { digest: string; by: string; kind: string }) =>
      `${f.digest} 已用 ${f.kind} 密钥 ${f.by} 签名，未作更改。`,
  ],
  'sign.holds': [
    (f: { digest: string; by: string; kind: string; reference: string }) =>
      `${f.digest} is signed by ${f.kind} key ${f.by}${f.reference === '' ? '' : ` as ${f.reference}`}`,
    (f: { digest: string; by: string; kind: string; reference: string }) =>
      `${f.digest} 由 ${f.kind} 密钥 ${f.by} 签名${f.reference === '' ? '' : `，名称为 ${f.reference}`}`,
  ],
  'encrypt.done': [
    (f: { count: number; bytes: number }) =>
      `${counted(f.count, 'layer')} of ${formatBytes(f.bytes)} encrypted; the image ID is the same, and the plain image stays.`,
    (f: { count: number; bytes: number }) =>
      `已加密 ${groupDigits(f.count)} 层，共 ${formatBytes(f.bytes)}；镜像 ID 不变，未加密的镜像保留。`,
  ],
  'decrypt.done': [
    (f: { count: number; bytes: number }) =>
      `${counted(f.count, 'layer')} of ${formatBytes(f.bytes)} decrypted; the image ID is the same.`,
    (f: { count: number; bytes: number }) =>
      `已解密 ${groupDigits(f.count)} 层，共 ${formatBytes(f.bytes)}；镜像 ID 不变。`,
  ],
} as const;
