import { describe, expect, test } from 'vitest';
import { looksRandom } from '../../../shared/layer/secretRules';
import { isSamplePath, SecretScan, secretsIn } from '../../../shared/layer/secretScan';
import { tokenForms } from '../../../shared/layer/tokenForms';
import { WordFinder } from '../../../shared/layer/wordFinder';
import { seeded } from '../../setup/randomLayers';
import { sampleOf } from '../../setup/regexSample';

const rulesIn = (path: string, text: string): readonly string[] => {
  const scan = new SecretScan(path);
  scan.feed(text);
  return scan.end().map(({ rule }) => rule);
};
const random = seeded(20_261_128);
const hex = (n: number): string => sampleOf(`[0-9a-f]{${n}}`, random);
const word = (n: number): string => sampleOf(`[A-Za-z0-9]{${n}}`, random);

test('there are sixty kinds and more', () => expect(tokenForms.length).toBeGreaterThan(60));

describe.each(tokenForms)('$id', ({ id, pattern, words }) => {
  const token = sampleOf(pattern, random);
  // Some are told by what is beside them, too.
  const near = words.some((each) => token.includes(each)) ? '' : `# ${words[0] ?? ''}\n`;

  test('is found wherever it stands', () => {
    for (const [path, text] of [
      ['app/.env', `A=1\nSOME=${token}\n`],
      ['srv/main.py', `client = connect("${token}", retries=3)\n`],
      ['srv/notes.txt', `it is ${token} I think`],
      ['etc/app.yml', `some:\n  thing: '${token}'\n`],
    ] as const)
      expect(rulesIn(path, near + text), `${path}: ${text}`).toContain(id);
    expect(secretsIn(`${near}SOME=${token}`).map(({ rule }) => rule)).toContain(id);
  });

  test('is none as a part of something longer', () => {
    expect(rulesIn('a.txt', `${near}x${token}`)).not.toContain(id);
    // An equals sign ends what is written in base 64, whatever follows it.
    const open = token.replace(/=+$/, '');
    expect(rulesIn('a.txt', `${near}${open}${'x1'.repeat(2000)}`)).not.toContain(id);
  });
});

describe('what stands beside its name', () => {
  const secrets = {
    hexadecimal: hex(32),
    letters: word(24),
    dotted: `${word(12)}.${word(20)}.${word(27)}`,
    signs: `g7#k${word(12)}!p2&u`,
    dashes: `${word(8)}-${word(8)}_${word(8)}`,
    uuid: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
  test.each(Object.entries(secrets))('%s', (_, secret) => {
    for (const [path, text] of [
      ['app/.env', `DD_API_KEY=${secret}`],
      ['app/prod.env', `export TWILIO_AUTH_TOKEN="${secret}"`],
      ['srv/settings.py', `SECRET_KEY = '${secret}'`],
      ['srv/config.js', `module.exports = { apiKey: "${secret}" };`],
      ['srv/config.ts', `const password: string = "${secret}";`.replace(': string', '')],
      ['srv/db.php', `define('DB_PASSWORD', '${secret}');`],
      ['srv/init.rb', `config.secret_token = "${secret}"`],
      ['srv/main.tf', `  client_secret = "${secret}"`],
      ['srv/app.xml', `<entry key="db.password" value="x"/> password="${secret}"`],
      ['srv/appsettings.json', `{"ConnectionToken": "${secret}"}`],
    ] as const)
      expect(rulesIn(path, text), `${path}: ${text}`).toHaveLength(1);
  });

  test('a key of Django, with all of its signs', () => {
    for (let i = 0; i < 300; i++) {
      const key = sampleOf('[a-z0-9!@#$%^&*(_=+)-]{50}', random);
      for (const [path, text] of [
        ['srv/shop/settings.py', `SECRET_KEY = 'django-insecure-${key}'`],
        ['srv/shop/settings.py', `SECRET_KEY = '${key}'`],
        ['app/.env', `DJANGO_SECRET_KEY=django-insecure-${key}`],
      ] as const)
        expect(rulesIn(path, text), text).toEqual(['django-key']);
    }
  });

  test.each([
    ['app/.env', 'TOKEN_URL=https://login.example.org/oauth2/v2.0/token1'],
    ['app/.env', 'API_KEY_FILE=/run/secrets/api-key-2024'],
    ['app/.env', 'PASSWORD=changeme-please-now1'],
    ['app/conf.yml', 'secretName: letsencrypt-prod-cluster-issuer-2'],
    ['app/conf.yml', 'apiKeyHeader: X-Api-Key-Version-2'],
    ['srv/a.py', 'token = os.environ["SERVICE_TOKEN_V2"]'],
    ['srv/a.py', 'KEY = "some_setting_name_of_2024"'],
    ['srv/a.js', 'const key = "user.profile.address.line1";'],
    ['srv/a.js', 'const tokenType = "urn:ietf:params:oauth:token-type:jwt"'],
    ['srv/a.go', 'key := "AbstractFactoryProviderImpl2"'],
    ['srv/a.ts', 'primaryKey: "3f2b8c1d9e7a4f6b8c1d9e7a4f6b8c1d"'],
    ['srv/a.tf', 'secret = var.database_secret_v2'],
    ['srv/a.tf', 'password = "${random_password.db2.result}"'],
  ])('%s: %s is none', (path, text) => expect(rulesIn(path, text)).toEqual([]));

  test('of installed software nothing is taken for one', () => {
    expect(rulesIn('usr/lib/python3/dist-packages/x/settings.py', `SECRET_KEY = '${word(50)}'`)).toEqual([]);
  });
});

test('other files that hold one', () => {
  expect(rulesIn('srv/config/master.key', hex(32))).toEqual(['rails-key']);
  expect(rulesIn('etc/nginx/.htpasswd', `me:$apr1$${word(8)}$${word(22)}\n`)).toEqual(['htpasswd']);
  expect(rulesIn('root/.my.cnf', '[client]\nuser=me\npassword = s3cr3tly\n')).toEqual(['mysql-password']);
  expect(rulesIn('etc/wireguard/wg0.conf', `[Interface]\nPrivateKey = ${word(42)}A=\n`)).toEqual([
    'wireguard-key',
  ]);
  expect(rulesIn('root/.m2/settings.xml', '<server><password>s3cr3tly</password></server>')).toEqual([
    'xml-password',
  ]);
  const basic = Buffer.from('me:s3cr3tly9').toString('base64');
  expect(rulesIn('srv/a.http', `Authorization: Basic ${basic}`)).toEqual(['http-auth']);
  const account = Buffer.from('104201234567890123').toString('base64url');
  expect(rulesIn('srv/bot.txt', `Discord: ${account}.Gabcde.${word(30)}`)).toEqual(['discord-token']);
});

test('files in which programs keep what they log in with', () => {
  const human = 'Sommer2024!';
  const auth = (text: string): string => Buffer.from(text).toString('base64');
  const login = JSON.stringify({ auths: { 'r.lan': { auth: auth(`me:${human}`) } } });
  for (const [path, text, rule] of [
    ['root/.pypirc', `[pypi]\nusername: me\npassword: ${human}\n`, 'stored-password'],
    ['root/.curlrc', `user = "me:${human}"\n`, 'stored-password'],
    ['root/.subversion/auth/svn.simple/0a', `K 8\npassword\nV 11\n${human}\nK 8\n`, 'stored-password'],
    ['root/.dockercfg', `{"r.lan":{"username":"me","password":"${human}"}}`, 'stored-password'],
    [
      'root/.config/filezilla/sitemanager.xml',
      `<Pass encoding="base64">${auth(human)}</Pass>`,
      'stored-password',
    ],
    ['etc/postfix/sasl_passwd', `[mx.lan]:587 me:${human}\n`, 'stored-password'],
    ['run/secrets/db', `${human}\n`, 'stored-password'],
    ['srv/db_password.txt', word(24), 'stored-password'],
    ['srv/pull.yaml', `data:\n  .dockerconfigjson: ${auth(login)}\n`, 'docker-auth'],
    ['app/.env', `DB_PASSWORD=${human}\n`, 'weak-password'],
    ['srv/deploy.sh', `curl -fs -u me:${human} https://api.lan/x`, 'stored-password'],
    ['srv/deploy.sh', `docker login -u me -p ${human} r.lan`, 'stored-password'],
    ['srv/deploy.sh', `sshpass -p '${human}' ssh a@b`, 'stored-password'],
  ] as const)
    expect(rulesIn(path, text), `${path}: ${text}`).toEqual([rule]);
  for (const [path, text] of [
    ['app/.env', 'DB_PASSWORD=correct-horse-battery\nPASSWORD=changeme123\nDB_PASS=${PASS1}\n'],
    ['srv/deploy.sh', 'curl -u "$USER:$PASS" https://api.lan; docker login -u me -p "$TOKEN" r.lan'],
    ['srv/token.txt', 'what a token is, in words\n'],
    ['run/secrets/kubernetes.io/serviceaccount/namespace', 'default-7f'],
    ['usr/share/x/token', word(24)],
  ] as const)
    expect(rulesIn(path, text), `${path}: ${text}`).toEqual([]);
});

test('whatever a generator made beside its name, in every way to write it', () => {
  for (let i = 0; i < 40; i++) {
    const secret = sampleOf('[A-Za-z2-9]{24,40}', random);
    for (const [path, text] of [
      ['root/.bash_history', `export API_KEY=${secret}`],
      ['srv/a.tf', `variable "db_password" {\n  type    = string\n  default = "${secret}"\n}`],
      ['srv/a.ts', `const key = process.env.API_KEY ?? '${secret}';`],
      ['srv/a.js', `const key = process.env.API_KEY || "${secret}";`],
      ['srv/a.kt', `mapOf("apiKey" to "${secret}")`],
      ['srv/a.ipynb', `"os.environ[\\"API_KEY\\"] = \\"${secret}\\""`],
      ['srv/a.py', `connect("host=db user=me password=${secret} dbname=x")`],
      ['srv/a.java', `"jdbc:mysql://db/x?user=me&password=${secret}"`],
      ['srv/a.xml', `<bean><property name="apiKey"><value>${secret}</value></property></bean>`],
      ['srv/a.xml', `<apiKey><![CDATA[${secret}]]></apiKey>`],
      ['srv/a.properties', `secret.key.base=${secret}`],
      ['srv/Makefile', `API_KEY := ${secret}`],
      ['srv/env.production', `API_KEY=${secret}`],
      ['srv/notes.txt', `API_KEY=${secret}`],
    ] as const)
      expect(rulesIn(path, text), `${path}: ${text}`).toEqual(['assigned-secret']);
    expect(rulesIn('srv/a.js', `x("acme_live_${secret}")`)).toEqual(['service-key']);
    expect(rulesIn('srv/a.js', `x("pk_live_${secret}")`)).toEqual([]);
  }
  const signature = `sv=2022-11-02&sp=r&sig=${sampleOf('[A-Za-z0-9]{43}', random)}%3D`;
  expect(rulesIn('srv/a.js', `"https://a.blob.core.windows.net/c?${signature}"`)).toEqual(['azure-sas']);
});

test('what everybody gets from a registry, or with a language, has no secrets', () => {
  const pem = `-----BEGIN RSA PRIVATE KEY-----\n${word(64)}\n${word(64)}\n`;
  for (const path of [
    'opt/conda/lib/python3.12/site-packages/moto/moto_proxy/ca.key',
    'app/node_modules/x/lib/server.key',
    'root/go/pkg/mod/example.org/x@v1/server.pem',
  ])
    expect(rulesIn(path, pem), path).toEqual([]);
  for (const path of [
    'root/.pyenv/versions/3.12.1/lib/python3.12/test/keycert.pem',
    'srv/app/vendor/x/tests/a.key',
  ])
    expect(isSamplePath(path), path).toBe(true);
  for (const path of ['srv/app/tls/server.key', 'etc/ssl/private/server.key', 'usr/local/etc/x/server.key'])
    expect(rulesIn(path, pem), path).toEqual(['private-key']);
});

test('words in capitals and small letters are none, whatever numbers are among them', () => {
  const names = [
    'V1SecretVolumeSource',
    'SSECustomerKeyMD5Header',
    'Existing2KeyProvider',
    'CFBundleShortVersion3String',
  ];
  for (const name of names) expect(looksRandom(name), name).toBe(false);
});

test('self-test keys inside of installed libraries are those of everybody', () => {
  const pem = `-----BEGIN RSA PRIVATE KEY-----\n${word(64)}\n${word(64)}\n`;
  const binary = (path: string): number => {
    const scan = new SecretScan(path, true);
    scan.feed(`\0${pem}\0`);
    return scan.end().length;
  };
  expect(binary('usr/lib/x86_64-linux-gnu/libgnutls.so.30.31.0')).toBe(0);
  expect(binary('usr/local/bin/server')).toBe(1);
});

test('what a generator made is told from what people wrote', () => {
  for (let i = 0; i < 300; i++) {
    expect(looksRandom(word(24))).toBe(true);
    expect(looksRandom(hex(40))).toBe(true);
  }
  const written = [
    'org.springframework.boot',
    'some-long-name-with-words',
    'MAX_RETRY_COUNT_2',
    'camelCaseNameOfThing',
  ];
  for (const text of [...written, '2024-01-01T00:00:00Z', 'v1.2.3-beta.4', 'hello_world_2024']) {
    expect(looksRandom(text), text).toBe(false);
  }
});

test('words are found wherever they stand', () => {
  const words = ['abc', 'abcd', 'bcd', 'xyz', 'ghp_', '-us'];
  const finder = new WordFinder(words);
  for (let i = 0; i < 2000; i++) {
    const text = sampleOf('[abcdxyzghp_us-]{0,40}', random, 40);
    expect([...finder.in(text)].sort(), text).toEqual(words.filter((each) => text.includes(each)).sort());
  }
});
