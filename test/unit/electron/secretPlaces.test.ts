import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ImageSecrets } from '../../../electron/actions/inside/findSecrets';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive } from '../../setup/imageBuilder';
import { seeded } from '../../setup/randomLayers';
import { sampleOf } from '../../setup/regexSample';
import { load, openStore } from '../../setup/temporary';

/**
 * Tokens made by the formats that services and scanners publish, written down here by themselves: each is found in the top layer,
 * in a file that a later layer deletes, and in the config.
 */

const random = seeded(20_261_129);
const sample = (pattern: string): string => sampleOf(pattern, random);
const w = '[A-Za-z0-9]';
const u = '[A-Za-z0-9_-]';
const h = '[0-9a-f]';
const uuid = `${h}{8}-${h}{4}-4${h}{3}-a${h}{3}-${h}{12}`;
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A token of GitHub's kind: CRC-32 of what is random, in base 62, at its end. */
function withSum(prefix: string): string {
  const body = sample(`${w}{30}`);
  let rest = crc32(body);
  let sum = '';
  for (let i = 0; i < 6; i++, rest = Math.floor(rest / 62)) sum = (base62[rest % 62] ?? '') + sum;
  return prefix + body + sum;
}
const coded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const formats: Readonly<Record<string, string | (() => string)>> = {
  'AWS access key': `AKIA[A-Z2-7]{16}`,
  'AWS session key': `ASIA[A-Z2-7]{16}`,
  'AWS secret key': `aws_secret_access_key = [A-Za-z0-9/+]{40}`,
  'Google API key': `AIza${u}{35}`,
  'Google OAuth secret': `GOCSPX-${u}{28}`,
  'Azure client secret': `${w}{3}8Q~${w}{34}`,
  'Azure storage key': `AccountName=shop;AccountKey=[A-Za-z0-9+/]{86}==`,
  'DigitalOcean token': `dop_v1_${h}{64}`,
  'DigitalOcean OAuth token': `doo_v1_${h}{64}`,
  'DigitalOcean refresh token': `dor_v1_${h}{64}`,
  'Alibaba Cloud key': `LTAI${w}{20}`,
  'Tencent Cloud key': `AKID${w}{32}`,
  'Heroku key': `HRKU-AA${u}{58}`,
  'Cloudflare Origin CA key': `v1\\.0-${h}{24}-${h}{146}`,
  'Vault token': `hvs\\.${u}{95}`,
  'Terraform Cloud token': `${w}{14}\\.atlasv1\\.${u}{67}`,
  'Pulumi token': `pul-${h}{40}`,
  'Doppler token': `dp\\.pt\\.${w}{43}`,
  'Databricks token': `dapi${h}{32}`,
  'PlanetScale token': `pscale_tkn_${u}{43}`,
  'Supabase token': `sbp_${h}{40}`,
  'Tailscale key': `tskey-auth-${w}{11}CNTRL-${w}{32}`,
  'GitHub token': () => withSum('ghp_'),
  'GitHub app token': () => withSum('ghs_'),
  'GitHub fine-grained token': `github_pat_${w}{22}_${w}{59}`,
  'GitLab token': `glpat-${u}{20}`,
  'GitLab deploy token': `gldt-${u}{20}`,
  'GitLab runner token': `glrt-${u}{20}`,
  'Bitbucket token': `ATBB${w}{24}[0-9A-F]{8}`,
  'Atlassian token': `ATATT3xFfGF0${u}{180}`,
  'Docker Hub token': `dckr_pat_${u}{27}`,
  'npm token': () => withSum('npm_'),
  'PyPI token': `pypi-AgEIcHlwaS5vcmc${u}{120}`,
  'RubyGems key': `rubygems_${h}{48}`,
  'crates.io token': `cio${w}{32}`,
  'NuGet key': `oy2[a-z0-9]{43}`,
  'Clojars token': `CLOJARS_[a-z0-9]{60}`,
  'JFrog key': `AKCp${w}{69}`,
  'Sonar token': `squ_${h}{40}`,
  'CircleCI token': `CCIPAT_${w}{22}_${h}{40}`,
  'Buildkite token': `bkua_${h}{40}`,
  'Sourcegraph token': `sgp_${h}{16}_${h}{40}`,
  'Postman key': `PMAK-${h}{24}-${h}{34}`,
  'OpenAI key': `sk-proj-${u}{74}T3BlbkFJ${u}{74}`,
  'Anthropic key': `sk-ant-api03-${u}{93}AA`,
  'Hugging Face token': `hf_[A-Za-z]{34}`,
  'Groq key': `gsk_${w}{52}`,
  'xAI key': `xai-${w}{80}`,
  'Perplexity key': `pplx-${w}{48}`,
  'Replicate token': `r8_${w}{37}`,
  'OpenRouter key': `sk-or-v1-${h}{64}`,
  'Slack bot token': `xoxb-\\d{12}-\\d{12}-${w}{24}`,
  'Slack app token': `xapp-1-A[A-Z0-9]{10}-\\d{13}-${h}{64}`,
  'Slack webhook': `https://hooks\\.slack\\.com/services/T[A-Z0-9]{10}/B[A-Z0-9]{10}/${w}{24}`,
  'Telegram token': `\\d{10}:AA${u}{33}`,
  'Discord webhook': `https://discord\\.com/api/webhooks/\\d{18}/${u}{68}`,
  'Twilio key': `SK${h}{32}`,
  'SendGrid key': `SG\\.${u}{22}\\.${u}{43}`,
  'Mailgun key': `key-${h}{32}`,
  'Mailchimp key': `${h}{32}-us\\d{2}`,
  'Brevo key': `xkeysib-${h}{64}-${w}{16}`,
  'Stripe key': `sk_live_${w}{24}`,
  'Stripe restricted key': `rk_live_${w}{99}`,
  'Square token': `sq0atp-${u}{22}`,
  'Braintree token': `access_token\\$production\\$[0-9a-z]{16}\\$${h}{32}`,
  'Plaid token': `access-production-${uuid}`,
  'Shopify token': `shpat_${h}{32}`,
  'Razorpay key': `rzp_live_${w}{14}`,
  'Linear key': `lin_api_${w}{40}`,
  'Notion token': `ntn_\\d{11}${w}{35}`,
  'Airtable token': `pat${w}{14}\\.${h}{64}`,
  'Figma token': `figd_${u}{40}`,
  'HubSpot token': `pat-na1-${uuid}`,
  'Grafana service account': `glsa_${w}{32}_[0-9a-fA-F]{8}`,
  'New Relic key': `NRAK-[A-Z0-9]{27}`,
  'Sentry token': `sntryu_${h}{64}`,
  'Dynatrace token': `dt0c01\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}`,
  'PostHog key': `phx_${w}{43}`,
  'age key': `AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}`,
  'JSON web token': () =>
    `${coded({ alg: 'HS256', typ: 'JWT' })}.${coded({ sub: sample(`${w}{12}`), iat: 1_700_000_000 })}.${sample(`${u}{43}`)}`,
  'private key': `-----BEGIN RSA PRIVATE KEY-----\n[A-Za-z0-9+/]{64}\n[A-Za-z0-9+/]{64}\n`,
  'OpenSSH key': `-----BEGIN OPENSSH PRIVATE KEY-----\n[A-Za-z0-9+/]{70}\n[A-Za-z0-9+/]{70}\n`,
  'password in a URL': `postgres://shop:${w}{16}@db\\.internal:5432/shop`,
};

test('every kind is found in the top layer, in a layer below, and in the config', async () => {
  const tokens = Object.entries(formats).map(([kind, format]) => ({
    kind,
    token: typeof format === 'string' ? sample(format) : format(),
  }));
  expect(tokens.length).toBeGreaterThan(60);
  const store = await openStore();
  const file = (folder: string, i: number, token: string) => ({
    path: `${folder}/${i}.txt`,
    content: `some words\nand then ${token}\nand more\n`,
  });
  await load(
    store,
    dockerArchive([
      {
        names: ['leaky:1'],
        config: { Env: tokens.map(({ token }, i) => `V${i}=${token}`) },
        layers: [
          { files: tokens.map(({ token }, i) => file('below', i, token)) },
          {
            files: [
              ...tokens.map((_, i) => ({ path: `below/.wh.${i}.txt` })),
              ...tokens.map(({ token }, i) => file('srv', i, token)),
            ],
          },
        ],
      },
    ]),
  );
  const { out, code } = await callCommand(store.directory, ['--json', 'secrets', 'leaky:1']);
  expect(code).toBe(0);
  const [found] = JSON.parse(out) as [ImageSecrets];
  const missed = tokens.flatMap(({ kind, token }, i) => {
    const below = found.files.find(({ path }) => path === `below/${i}.txt`);
    const top = found.files.find(({ path }) => path === `srv/${i}.txt`);
    const config = found.config.find(({ field, key }) => field === 'Env' && key === `V${i}`);
    const states = [below?.state, below?.by, below?.layer, top?.state, top?.layer];
    const fine = states.join() === 'deleted,2,1,visible,2' && config !== undefined;
    return fine ? [] : [`${kind}: ${token} ${states.join()} ${String(config?.rule)}`];
  });
  expect(missed).toEqual([]);
  // Nothing of a secret is told but its beginning.
  for (const { token } of tokens) expect(out.includes(token)).toBe(false);
});

test('what has no extension is taken for settings, and what lies among programs is not', async () => {
  const store = await openStore();
  const setting = `DB_PASSWORD=${sample(`${w}{20}`)}\n`;
  const paths = ['app/env', 'run/secrets/db', 'home/me/settings', 'usr/bin/tool', 'opt/x/bin/run', 'sbin/y'];
  await load(
    store,
    dockerArchive([
      { names: ['a:1'], layers: [{ files: paths.map((path) => ({ path, content: setting })) }] },
    ]),
  );
  const { out } = await callCommand(store.directory, ['--json', 'secrets', 'a:1']);
  const [found] = JSON.parse(out) as [ImageSecrets];
  expect(found.files.map(({ path }) => path)).toEqual(['app/env', 'home/me/settings', 'run/secrets/db']);
});

test('keys in libraries, wherever they lie, are those of their self-tests', async () => {
  const store = await openStore();
  const pem = Buffer.from(`\0\x7fELF\0${sample(formats['private key'] as string)}\0`, 'latin1');
  const libraries = [
    'usr/lib/x86_64-linux-gnu/libgnutls.so.30.34.3',
    'usr/lib64/libgnutls.so.30',
    'lib64/libgnutls.so.30',
    'usr/libexec/tool',
    'app/vendor/libgnutls.so.30',
    'nix/store/abc-gnutls-3.8.0/lib/libgnutls.so.30',
    'srv/native/build/crypto.node',
  ];
  const others = ['srv/server', 'usr/local/bin/server'];
  const files = [...libraries, ...others].map((path) => ({ path, content: pem }));
  await load(store, dockerArchive([{ names: ['a:1'], layers: [{ files }] }]));
  const { out, err } = await callCommand(store.directory, ['secrets', 'a:1']);
  for (const path of libraries) expect(out + err).not.toContain(path);
  for (const path of others) expect(out).toContain(`/${path}:`);
});
