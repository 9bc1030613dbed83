/** What `sign` and `verify` say. */
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
} as const;
