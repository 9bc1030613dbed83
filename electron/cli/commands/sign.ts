import { translator } from '../../../shared/text/catalogue';
import { readPrivateKey, signingKinds } from '../../actions/trust/keyFiles';
import { resolveImage } from '../../actions/images/resolveImage';
import { signImage } from '../../actions/trust/signImage';
import { readStoreView } from '../../actions/images/storeView';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { keyOf, passphraseOf, passphraseOptions } from '../keyOptions';
import { UsageFault } from '../parser';
import { platformOf, platformOption } from '../platform';

export const sign: Command = {
  name: 'sign',
  usage: 'sign --key KEY.pem [--passphrase-env VARIABLE | --passphrase-file FILE] [--platform P] IMG',
  summary: [
    'Signs an image with a private key (ECDSA P-256, Ed25519, RSA of 2048 bits and more), offline, as cosign does. The signature is kept with the image and goes along in OCI archives; the image stays as it is. Of several platforms the index is signed, with --platform one of them.',
    '用私钥（ECDSA P-256、Ed25519、2048 位及以上的 RSA）离线签名镜像，格式与 cosign 相同。签名随镜像保存，并写入 OCI 归档；镜像本身不变。多平台镜像签名其索引，使用 --platform 时只签名该平台。',
  ],
  options: [
    { long: 'key', value: 'FILE', help: ['the private key, in PEM', '私钥（PEM）'] },
    ...passphraseOptions,
    platformOption,
  ],
  examples: [
    'stratigraph sign --key release.pem shop:1.6',
    'stratigraph sign --key release.pem --passphrase-env RELEASE_KEY shop:1.6',
    'openssl genpkey -algorithm ed25519 -out release.pem && stratigraph sign --key release.pem shop:1.6',
  ],
  async execute(session, parsed) {
    const [word, more] = parsed.words;
    const path = keyOf(parsed, 'key');
    if (word === undefined || more !== undefined || path === null)
      throw new UsageFault((t) => t('usage.sign'));
    const platform = platformOf(parsed);
    const { signal } = session.run(word);
    const key = await readPrivateKey(path, await passphraseOf(parsed, signal), signingKinds, signal);
    const context = await session.context();
    const { image, name } = resolveImage((await readStoreView(context)).graph, word, platform);
    const what = { image: image.id, name, platformOnly: platform !== null, key };
    const signed = await signImage(context, what, session.run(word));
    session.endProgress();
    if (session.json) {
      session.out(jsonText(signed));
      return;
    }
    session.out(`${signed.artifact}\n`);
    const { digest, key: by, kind } = signed;
    session.note(
      translator(session.language)(signed.isNew ? 'sign.done' : 'sign.known', { digest, by, kind }),
    );
  },
};
