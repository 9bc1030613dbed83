import { translator } from '../../../shared/text/catalogue';
import { decryptImage, encryptImage, type CipheredImage } from '../../actions/trust/encryptImage';
import { readPrivateKey, readPublicKey, rsaKinds } from '../../actions/trust/keyFiles';
import { resolveImage } from '../../actions/images/resolveImage';
import { readStoreView } from '../../actions/images/storeView';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { keyOf, passphraseOf, passphraseOptions } from '../keyOptions';
import { imageStands } from '../standing';
import { UsageFault, type Parsed } from '../parser';
import { notePlatform, platformOf, platformOption } from '../platform';

/** The image that the first word names, with the name for what comes of it. */
async function requestOf(
  session: Session,
  parsed: Parsed,
): Promise<Parameters<typeof encryptImage>[1] & { readonly recipients: [] }> {
  const [word = '', reference] = parsed.words;
  const platform = platformOf(parsed);
  const { graph } = await readStoreView(await session.context());
  const { image, name, siblings } = resolveImage(graph, word, platform);
  if (platform === null) notePlatform(session, word, image, siblings);
  return { image: image.id, name, reference: reference ?? null, recipients: [] };
}

function tell(session: Session, what: 'encrypt' | 'decrypt', made: CipheredImage): void {
  session.endProgress();
  const stands = imageStands(made.name, made.manifest);
  if (session.json) {
    session.out(jsonText(made), stands);
    return;
  }
  session.out(`${made.manifest}\n`, stands);
  const facts = { count: made.layers, bytes: made.layerBytes };
  session.note(translator(session.language)(`${what}.done`, facts));
}

export const encrypt: Command = {
  name: 'encrypt',
  usage: 'encrypt --recipient PUB.pem… [--platform P] IMG [REF]',
  summary: [
    'Encrypts the layers of an image for RSA keys of 2048 bits and more, as ocicrypt does: skopeo, Podman and containerd read it with the private key. Config and image ID stay as they are, and so does the plain image. Save it as an OCI archive by its new name.',
    '为 2048 位及以上的 RSA 密钥加密镜像的各层，格式与 ocicrypt 相同：skopeo、Podman 和 containerd 可用私钥读取。配置和镜像 ID 不变，未加密的镜像保留。请按新名称导出为 OCI 归档。',
  ],
  options: [
    {
      long: 'recipient',
      value: 'FILE',
      many: true,
      help: ['the public key of who may read it, in PEM', '可读取者的公钥（PEM）'],
    },
    platformOption,
  ],
  examples: [
    'stratigraph encrypt --recipient customer.pub.pem shop:1.6 shop:1.6-sealed',
    'stratigraph encrypt --recipient a.pem --recipient b.pem shop:1.6 shop:1.6-sealed',
  ],
  async execute(session, parsed) {
    const paths = parsed.values.get('recipient') ?? [];
    if (paths.length === 0 || parsed.words.length === 0 || parsed.words.length > 2)
      throw new UsageFault((t) => t('usage.encrypt'));
    const { signal } = session.run(parsed.words[0] ?? '');
    const recipients = await Promise.all(paths.map((path) => readPublicKey(path, rsaKinds, signal)));
    const request = { ...(await requestOf(session, parsed)), recipients };
    tell(
      session,
      'encrypt',
      await encryptImage(await session.context(), request, session.run(parsed.words[0] ?? '')),
    );
  },
};

export const decrypt: Command = {
  name: 'decrypt',
  usage:
    'decrypt --key KEY.pem [--passphrase-env VARIABLE | --passphrase-file FILE] [--platform P] IMG [REF]',
  summary: [
    'Decrypts the layers of an image with a private RSA key: the blobs of before, held against their digests and diff IDs. The encrypted image stays.',
    '用 RSA 私钥解密镜像的各层，得到加密前的 blob，并校验 digest 和 diff ID。加密的镜像保留。',
  ],
  options: [
    { long: 'key', value: 'FILE', help: ['the private key, in PEM', '私钥（PEM）'] },
    ...passphraseOptions,
    platformOption,
  ],
  examples: ['stratigraph decrypt --key mine.pem shop:1.6-sealed shop:1.6'],
  async execute(session, parsed) {
    const path = keyOf(parsed, 'key');
    if (path === null || parsed.words.length === 0 || parsed.words.length > 2)
      throw new UsageFault((t) => t('usage.decrypt'));
    const { signal } = session.run(parsed.words[0] ?? '');
    const key = await readPrivateKey(path, await passphraseOf(parsed, signal), rsaKinds, signal);
    const request = { ...(await requestOf(session, parsed)), key };
    tell(
      session,
      'decrypt',
      await decryptImage(await session.context(), request, session.run(parsed.words[0] ?? '')),
    );
  },
};
