import { translator } from '../../../shared/text/catalogue';
import { visibleText } from '../../../shared/text/format';
import { readPublicKey, signingKinds } from '../../actions/trust/keyFiles';
import { resolveImage } from '../../actions/images/resolveImage';
import { readStoreView } from '../../actions/images/storeView';
import { verifyImage } from '../../actions/trust/verifyImage';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { keyOf } from '../keyOptions';
import { UsageFault } from '../parser';
import { platformOf, platformOption } from '../platform';

export const verify: Command = {
  name: 'verify',
  usage: 'verify --key PUB.pem [--platform P] IMG',
  summary: [
    'Verifies the signatures of an image with a public key, offline, and says who signed which digest. Exit code 1 when none holds. A name is verified for what it stands for now.',
    '用公钥离线验证镜像的签名，并说明谁签名了哪个 digest。没有有效签名时退出码为 1。按名称验证时以该名称当前所指为准。',
  ],
  options: [
    { long: 'key', value: 'FILE', help: ['the public key, or a certificate, in PEM', '公钥或证书（PEM）'] },
    platformOption,
  ],
  examples: [
    'stratigraph verify --key release.pub.pem shop:1.6',
    'stratigraph --json verify --key release.pub.pem shop:1.6 | jq -r .signatures[].digest',
  ],
  async execute(session, parsed) {
    const [word, more] = parsed.words;
    const path = keyOf(parsed, 'key');
    if (word === undefined || more !== undefined || path === null)
      throw new UsageFault((t) => t('usage.verify'));
    const key = await readPublicKey(path, signingKinds, session.run(path).signal);
    const context = await session.context();
    const { image, name } = resolveImage((await readStoreView(context)).graph, word, platformOf(parsed));
    const signatures = await verifyImage(context, { image: image.id, name, key });
    if (session.json) {
      session.out(jsonText({ image: image.id, name, signatures }));
      return;
    }
    const t = translator(session.language);
    for (const { digest, key: by, kind, reference } of signatures)
      session.out(`${t('sign.holds', { digest, by, kind, reference: visibleText(reference) })}\n`);
  },
};
