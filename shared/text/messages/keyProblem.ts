import { counted } from '../counted';
import type { KeyFault, ProblemFacts } from '../../image/problem';
import { groupDigits, visibleName as v } from '../format';
import type { ProblemTexts } from './problemTexts';

/** What people read when keys and signatures do not do what was asked; part of `problemTexts`. */
type Codes =
  | 'key-unusable'
  | 'signature-missing'
  | 'signature-refused'
  | 'layer-encrypted'
  | 'layer-undecipherable'
  | 'nothing-to-encrypt'
  | 'nothing-to-decrypt';

type Pair = readonly [en: string, zh: string];

const faults: Readonly<Record<KeyFault, Pair>> = {
  'not-pem': ['It holds no key in PEM that can be read.', '其中没有可读取的 PEM 密钥。'],
  encrypted: ['It is encrypted, and no passphrase was given.', '密钥已加密，但未提供口令。'],
  passphrase: ['The passphrase does not open it.', '口令无法解开该密钥。'],
  public: ['It holds a public key where a private one is needed.', '其中是公钥，而此处需要私钥。'],
  private: ['It holds a private key where a public one is needed.', '其中是私钥，而此处需要公钥。'],
  kind: ['Keys of its kind are not used for this.', '此处不使用这种类型的密钥。'],
  short: ['RSA keys need 2048 bits at the least.', 'RSA 密钥至少需要 2048 位。'],
};
const advice: Readonly<Partial<Record<KeyFault, Pair>>> = {
  encrypted: ['Use --passphrase-env or --passphrase-file.', '请使用 --passphrase-env 或 --passphrase-file。'],
  private: [
    'openssl pkey -in KEY.pem -pubout writes the public one.',
    'openssl pkey -in KEY.pem -pubout 可导出公钥。',
  ],
};
const faultOf = (reason: string): Pair =>
  Object.hasOwn(faults, reason) ? faults[reason as KeyFault] : faults['not-pem'];
const noAdvice: readonly [() => string, () => string] = [() => '', () => ''];

const undecipherable: Readonly<Record<string, Pair>> = {
  key: ['It is not encrypted for this key.', '它不是为该密钥加密的。'],
  form: ['It is encrypted in a way that is not known here.', '加密方式未知。'],
  changed: ['Its bytes are not those that were encrypted.', '其内容与加密时不同。'],
};

export const keyProblemTexts: { readonly [C in Codes]: ProblemTexts<C> } = {
  'key-unusable': {
    title: [(f) => `The key ${v(f.path)} cannot be used`, (f) => `无法使用密钥 ${v(f.path)}`],
    why: [(f) => faultOf(f.reason)[0], (f) => faultOf(f.reason)[1]],
    advice: [(f) => advice[f.reason]?.[0] ?? '', (f) => advice[f.reason]?.[1] ?? ''],
  },
  'layer-encrypted': {
    title: [(f) => `The layer ${v(f.layer)} is encrypted`, (f) => `层 ${v(f.layer)} 已加密`],
    why: [() => 'Its files cannot be read without the key.', () => '没有密钥无法读取其中的文件。'],
    advice: [
      () => 'Use stratigraph decrypt --key KEY.pem IMG.',
      () => '请使用 stratigraph decrypt --key KEY.pem IMG。',
    ],
  },
  'layer-undecipherable': {
    title: [(f) => `The layer ${v(f.layer)} cannot be decrypted`, (f) => `无法解密层 ${v(f.layer)}`],
    why: [(f) => undecipherable[f.reason]?.[0] ?? '', (f) => undecipherable[f.reason]?.[1] ?? ''],
    advice: [() => 'Your store is unchanged.', () => '仓库未受影响。'],
  },
  'nothing-to-encrypt': {
    title: [(f) => `There is nothing to encrypt in ${v(f.name)}`, (f) => `${v(f.name)} 中没有可加密的层`],
    why: [() => 'Its layers are encrypted already, or not here.', () => '各层已加密或不在此仓库中。'],
    advice: noAdvice,
  },
  'nothing-to-decrypt': {
    title: [(f) => `There is nothing to decrypt in ${v(f.name)}`, (f) => `${v(f.name)} 中没有可解密的层`],
    why: [() => 'None of its layers is encrypted.', () => '各层均未加密。'],
    advice: noAdvice,
  },
  'signature-missing': {
    title: [(f) => `${v(f.name)} is not signed`, (f) => `${v(f.name)} 未签名`],
    why: [() => 'No signature is kept with it.', () => '没有随其保存的签名。'],
    advice: noAdvice,
  },
  'signature-refused': {
    title: [(f) => `No signature of ${v(f.name)} holds`, (f) => `${v(f.name)} 没有有效的签名`],
    why: [(f) => refusal(f)[0], (f) => refusal(f)[1]],
    advice: noAdvice,
  },
};

function refusal({ count, key, reason }: ProblemFacts['signature-refused']): Pair {
  return reason === 'digest'
    ? [`What key ${v(key)} signed is another digest.`, `密钥 ${v(key)} 签名的是另一个 digest。`]
    : [
        count === 1
          ? `The signature is not by key ${v(key)}.`
          : `None of ${counted(count, 'signature')} is by key ${v(key)}.`,
        `${groupDigits(count)} 个签名均非密钥 ${v(key)} 所签。`,
      ];
}
