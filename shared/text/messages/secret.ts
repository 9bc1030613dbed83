import type { OwnRuleId } from '../../layer/secretRules';
import { secretTokens, type SecretTokenId } from '../../layer/secretTokens';
import type { Message } from '../message';
import { counted } from '../counted';
import { formatBytes, groupDigits } from '../format';

const ownRules: { readonly [R in OwnRuleId as `secret.${R}`]: Message } = {
  'secret.private-key': ['private key', '私钥'],
  'secret.putty-key': ['PuTTY private key', 'PuTTY 私钥'],
  'secret.aws-access-key': ['AWS access key ID', 'AWS 访问密钥 ID'],
  'secret.aws-secret-key': ['AWS secret access key', 'AWS 访问密钥'],
  'secret.google-api-key': ['Google API key', 'Google API 密钥'],
  'secret.azure-storage-key': ['Azure storage key', 'Azure 存储密钥'],
  'secret.azure-sas': ['Azure shared access signature', 'Azure 共享访问签名'],
  'secret.azure-client-secret': ['Azure client secret', 'Azure 客户端密钥'],
  'secret.github-token': ['GitHub token', 'GitHub 令牌'],
  'secret.gitlab-token': ['GitLab token', 'GitLab 令牌'],
  'secret.slack-token': ['Slack token', 'Slack 令牌'],
  'secret.slack-webhook': ['Slack webhook', 'Slack 回调地址'],
  'secret.stripe-key': ['Stripe key', 'Stripe 密钥'],
  'secret.npm-token': ['npm token', 'npm 令牌'],
  'secret.npmrc-auth': ['npm registry login', 'npm 源的登录信息'],
  'secret.pypi-token': ['PyPI token', 'PyPI 令牌'],
  'secret.openai-key': ['OpenAI key', 'OpenAI 密钥'],
  'secret.docker-auth': ['registry login of Docker', 'Docker 镜像源的登录信息'],
  'secret.netrc': ['password in .netrc', '.netrc 中的密码'],
  'secret.pgpass': ['password in .pgpass', '.pgpass 中的密码'],
  'secret.kubeconfig-key': ['client key of Kubernetes', 'Kubernetes 客户端密钥'],
  'secret.password-hash': ['password hash', '密码哈希'],
  'secret.jwt': ['JSON web token', 'JSON 网络令牌'],
  'secret.url-password': ['password in a URL', 'URL 中的密码'],
  'secret.http-auth': ['login in an HTTP header', 'HTTP 头中的登录信息'],
  'secret.discord-token': ['Discord token', 'Discord 令牌'],
  'secret.okta-token': ['Okta token', 'Okta 令牌'],
  'secret.twitter-token': ['X (Twitter) token', 'X（Twitter）令牌'],
  'secret.mysql-password': ['password of MySQL', 'MySQL 密码'],
  'secret.htpasswd': ['password hash in .htpasswd', '.htpasswd 中的密码哈希'],
  'secret.rails-key': ['Rails master key', 'Rails 主密钥'],
  'secret.django-key': ['Django secret key', 'Django 密钥'],
  'secret.wireguard-key': ['WireGuard key', 'WireGuard 密钥'],
  'secret.xml-password': ['password in XML settings', 'XML 设置中的密码'],
  'secret.stored-password': ['password that a program keeps', '程序保存的密码'],
  'secret.service-key': ['key in the form of a service’s', '服务密钥形式的值'],
  'secret.weak-password': ['password in a file of variables', '变量文件中的密码'],
  'secret.assigned-secret': ['random value of a secret’s name', '名称像密钥的随机值'],
};

const words = {
  key: ['key', '密钥'],
  token: ['token', '令牌'],
  secret: ['secret', '机密'],
  webhook: ['webhook', '回调地址'],
} as const;

/** Services have one name in every language. */
const tokens = Object.fromEntries(
  Object.entries(secretTokens).map(([id, { service, what }]) => [
    `secret.${id}`,
    [`${service} ${words[what][0]}`, `${service} ${words[what][1]}`],
  ]),
) as unknown as { readonly [R in SecretTokenId as `secret.${R}`]: readonly [string, string] };

/** What `secrets` says of what it found. */
export const secret = {
  ...ownRules,
  ...tokens,
  'secret.visible': ['visible', '可见'],
  'secret.covered': [
    (f: { by: number }) => `covered by layer ${f.by}`,
    (f: { by: number }) => `被第 ${f.by} 层覆盖`,
  ],
  'secret.deleted': [
    (f: { by: number }) => `deleted by layer ${f.by}`,
    (f: { by: number }) => `被第 ${f.by} 层删除`,
  ],
  'secret.found': [
    (f: { count: number; files: number; bytes: number }) =>
      `${counted(f.count, 'secret')} in ${counted(f.files, 'file')} of ${formatBytes(f.bytes)} and the configs.`,
    (f: { count: number; files: number; bytes: number }) =>
      `在 ${groupDigits(f.files)} 个文件（${formatBytes(f.bytes)}）和配置中发现 ${groupDigits(f.count)} 处机密信息。`,
  ],
  'secret.skipped': [
    (f: { large: number; samples: number }) =>
      `Not looked at: ${counted(f.large, 'binary', 'binaries')} over 8 MiB or sparse, ${counted(f.samples, 'file')} of installed tests, samples and manuals.`,
    (f: { large: number; samples: number }) =>
      `未检查：${groupDigits(f.large)} 个超过 8 MiB 或稀疏的二进制文件，${groupDigits(f.samples)} 个已安装软件的测试、示例和手册文件。`,
  ],
  'secret.adviceFiles': [
    (f: { command: string }) =>
      `Deleting a file in a later layer does not remove it. This does: ${f.command}. Change what was exposed, too.`,
    (f: { command: string }) =>
      `在后续层中删除文件并不会移除它。应使用：${f.command}。已暴露的机密信息也应更换。`,
  ],
  'secret.title': ['Secrets', '机密信息'],
  'secret.intro': [
    'Keys, tokens and passwords in every layer, also in files that a later layer deletes, and in the config. They are shown masked.',
    '查找每一层（包括被后续层删除的文件）和配置中的密钥、令牌和密码，结果会遮盖显示。',
  ],
  'secret.find': ['Look for secrets', '查找机密信息'],
  'secret.finding': ['Reading the layers…', '正在读取各层…'],
  'secret.stop': ['Stop', '停止'],
  'secret.none': ['No secrets were found.', '未发现机密信息。'],
  'secret.inLayer': [
    (f: { number: number }) => `layer ${f.number}`,
    (f: { number: number }) => `第 ${f.number} 层`,
  ],
  'secret.inConfig': [
    (f: { field: string }) => `in the config: ${f.field}`,
    (f: { field: string }) => `配置：${f.field}`,
  ],
  'secret.omitted': [
    (f: { count: number }) => `${counted(f.count, 'further secret')} not listed.`,
    (f: { count: number }) => `另有 ${groupDigits(f.count)} 处未列出。`,
  ],
  'secret.takeOut': ['Take these files out…', '移除这些文件…'],
  'secret.adviceWindow': [
    'Deleting a file in a later layer does not remove it. Change what was exposed, too.',
    '在后续层中删除文件并不会移除它。已暴露的机密信息也应更换。',
  ],
  'secret.adviceConfig': [
    'What stands in a config is seen by everybody who has the image: build it anew without.',
    '配置中的内容对任何持有该镜像的人可见：请重新构建，不要包含它们。',
  ],
} as const;
