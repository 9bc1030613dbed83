/**
 * Tokens of services that have a form of their own: what each service says of it in public, as far as it does. `word` is in every
 * one (most texts are never tried); `pattern` is the token without what may stand around it. Counts are those of tokens that are
 * given out today, so that a word of a text is none.
 */
export interface TokenForm {
  /** Proper name, the same in every language. */
  readonly service: string;
  readonly what: 'key' | 'token' | 'secret' | 'webhook';
  /** One of these is in the text. */
  readonly words: readonly string[];
  readonly pattern: string;
  /** Least bits of information in a character, for those that are no mere hexadecimal digits; 3 where left out. */
  readonly bits?: number;
  /** Characters that cannot stand beside it, beyond letters, digits, `_` and `-`. */
  readonly apart?: string;
}

const hex = '[0-9a-f]';
const word = '[A-Za-z0-9]';
const url = '[A-Za-z0-9_-]';
const uuid = `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`;

const form = (
  service: string,
  what: TokenForm['what'],
  words: string | readonly string[],
  pattern: string,
  more: Pick<TokenForm, 'bits' | 'apart'> = {},
): TokenForm => ({ service, what, words: typeof words === 'string' ? [words] : words, pattern, ...more });

/** By ID; described by the message `secret.ID`. */
export const secretTokens = {
  // Clouds and infrastructure.
  'alibaba-key': form('Alibaba Cloud', 'key', 'LTAI', `LTAI${word}{17,21}`, { bits: 3.5 }),
  'tencent-key': form('Tencent Cloud', 'key', 'AKID', `AKID${word}{32}`, { bits: 3.5 }),
  'aws-mws-key': form('Amazon MWS', 'key', 'amzn.mws.', `amzn\\.mws\\.${uuid}`),
  'aws-bedrock-key': form('Amazon Bedrock', 'key', 'ABSK', `ABSK[A-Za-z0-9+/]{109,269}={0,2}`, {
    bits: 4,
    apart: '+/',
  }),
  'azure-devops-token': form('Azure DevOps', 'token', 'AZDO', `${word}{76}AZDO${word}{4}`, { bits: 4 }),
  'azure-function-key': form('Azure Functions', 'key', 'AzFu', `${url}{44}AzFu${url}{4}==`, { bits: 4 }),
  'azure-registry-key': form('Azure Container Registry', 'key', '+ACR', `[A-Za-z0-9+/]{42}\\+ACR${word}{6}`, {
    bits: 4,
    apart: '+/',
  }),
  'azure-cosmos-key': form(
    'Azure Cosmos DB',
    'key',
    'ACDb',
    `[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{4,8}={0,2}`,
    { bits: 4, apart: '+/' },
  ),
  'azure-shared-key': form(
    'Azure Service Bus',
    'key',
    'SharedAccessKey=',
    'SharedAccessKey=[A-Za-z0-9+/]{43}=',
    { bits: 4 },
  ),
  'google-oauth-secret': form('Google OAuth', 'secret', 'GOCSPX-', `GOCSPX-${url}{28}`),
  'google-oauth-token': form(
    'Google OAuth',
    'token',
    ['ya29.', '1//0'],
    `(?:ya29\\.${url}{60,400}|1//0${url}{60,200})`,
    { bits: 4 },
  ),
  'digitalocean-token': form('DigitalOcean', 'token', '_v1_', `do[opr]_v1_${hex}{64}`),
  'heroku-key': form('Heroku', 'key', 'HRKU-AA', `HRKU-AA${url}{58}`, { bits: 3.5 }),
  'fly-token': form(
    'Fly.io',
    'token',
    ['FlyV1 ', 'fo1_'],
    `(?:FlyV1 fm\\d[a-z]?_[A-Za-z0-9+/=,_-]{80,2000}|fo1_${url}{43})`,
    { bits: 3.5 },
  ),
  'netlify-token': form('Netlify', 'token', 'nfp_', `nfp_${word}{36}`, { bits: 3.5 }),
  'scalingo-token': form('Scalingo', 'token', 'tk-us-', `tk-us-${url}{48}`, { bits: 3.5 }),
  'openshift-token': form('OpenShift', 'token', 'sha256~', `sha256~${url}{43}`, { bits: 3.8 }),
  'terraform-token': form('HCP Terraform', 'token', '.atlasv1.', `${word}{14}\\.atlasv1\\.${url}{60,70}`, {
    bits: 3.5,
  }),
  'vault-token': form('HashiCorp Vault', 'token', ['hvs.', 'hvb.', 'hvr.'], `hv[sbr]\\.${url}{24,300}`, {
    bits: 3.5,
  }),
  'pulumi-token': form('Pulumi', 'token', 'pul-', `pul-${hex}{40}`),
  'doppler-token': form(
    'Doppler',
    'token',
    'dp.',
    `dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?:[a-z0-9_-]{2,35}\\.)?${word}{40,44}`,
    { bits: 3.8 },
  ),
  'tailscale-key': form(
    'Tailscale',
    'key',
    'tskey-',
    `tskey-(?:auth|api|client|scim|webhook)-${word}{10,20}-${word}{20,40}`,
    { bits: 3.5 },
  ),
  'cloudflare-ca-key': form('Cloudflare Origin CA', 'key', 'v1.0-', `v1\\.0-${hex}{24}-${hex}{146}`),
  'planetscale-token': form(
    'PlanetScale',
    'token',
    'pscale_',
    `pscale_(?:tkn|pw|oauth)_[A-Za-z0-9._=-]{32,64}`,
    { bits: 3.5 },
  ),
  'supabase-key': form('Supabase', 'key', ['sbp_', 'sb_secret_'], `(?:sbp_${hex}{40}|sb_secret_${url}{31})`),
  'databricks-token': form('Databricks', 'token', 'dapi', `dapi${hex}{32}(?:-\\d)?`),
  'confluent-key': form('Confluent', 'secret', 'cflt', `cflt[A-Za-z0-9+/]{60}`, { bits: 4, apart: '+/' }),
  'render-key': form('Render', 'key', 'rnd_', `rnd_${word}{28,32}`, { bits: 3.8 }),
  'neon-key': form('Neon', 'key', 'napi_', `napi_[a-z0-9]{64}`, { bits: 3.8 }),
  'clickhouse-key': form('ClickHouse Cloud', 'key', '4b1d', `4b1d${word}{38}`, { bits: 4.1 }),
  'rancher-token': form(
    'Rancher',
    'token',
    'token-',
    `(?:kubeconfig-[a-z0-9-]{4,20}|token-[a-z0-9]{5}):[bcdfghjklmnpqrstvwxz2-9]{54}`,
    { bits: 3.8 },
  ),
  'infisical-token': form('Infisical', 'token', 'st.', `st\\.${hex}{24}\\.${hex}{32}\\.${hex}{32}`),
  'definednet-key': form('Defined Networking', 'key', 'dnkey-', `dnkey-[a-z0-9_=-]{26}-[a-z0-9_=-]{52}`, {
    bits: 3.8,
  }),
  'settlemint-token': form('SettleMint', 'token', 'sm_', `sm_(?:aat|pat|sat)_${word}{16}`, { bits: 3.2 }),
  'modal-token': form('Modal', 'secret', 'as-', `as-${word}{22}`, { bits: 3.8 }),
  'cloudflare-token': form('Cloudflare', 'token', ['cfut_', 'cfat_'], `cf[ua]t_${word}{40,48}`, {
    bits: 3.8,
  }),
  'depot-token': form('Depot', 'token', 'depot_', `depot_(?:org|user|project)_${hex}{64}`),
  'unleash-token': form(
    'Unleash',
    'token',
    ':',
    `(?:\\*|default):(?:development|production|staging)\\.${hex}{56}`,
  ),
  // Code, packages, builds.
  'dockerhub-token': form(
    'Docker Hub',
    'token',
    ['dckr_pat_', 'dckr_oat_'],
    `dckr_(?:pat_${url}{27}|oat_${url}{32})`,
    { bits: 3.5 },
  ),
  'bitbucket-token': form(
    'Bitbucket',
    'token',
    ['ATBB', 'ATCTT3xFfG'],
    `(?:ATBB${word}{32}|ATCTT3xFfG[A-Za-z0-9_=-]{160,200})`,
    { bits: 3.5 },
  ),
  'atlassian-token': form('Atlassian', 'token', 'ATATT3', `ATATT3[A-Za-z0-9_=-]{180,200}`, {
    bits: 4,
    apart: '=',
  }),
  'rubygems-key': form('RubyGems', 'key', 'rubygems_', `rubygems_${hex}{48}`),
  'crates-token': form('crates.io', 'token', 'cio', `cio${word}{32}`, { bits: 3.8 }),
  'nuget-key': form('NuGet', 'key', 'oy2', `oy2[a-z0-9]{43}`, { bits: 3.8 }),
  'clojars-token': form('Clojars', 'token', 'CLOJARS_', `CLOJARS_[a-z0-9]{60}`, { bits: 3.5 }),
  'jfrog-token': form('JFrog', 'token', ['AKCp', 'cmVmdGtuOj'], `(?:AKCp${word}{69}|cmVmdGtuOj${word}{54})`, {
    bits: 3.8,
  }),
  'sonar-token': form('Sonar', 'token', ['sqp_', 'squ_', 'sqa_'], `sq[pua]_${hex}{40}`),
  'circleci-token': form('CircleCI', 'token', ['CCIPAT_', 'CCIPRJ_'], `CCIP(?:AT|RJ)_${word}{22}_${hex}{40}`),
  'buildkite-token': form('Buildkite', 'token', 'bkua_', `bkua_${hex}{40}`),
  'harness-token': form(
    'Harness',
    'token',
    ['pat.', 'sat.'],
    `[ps]at\\.${url}{22}\\.${hex}{24}\\.${word}{20}`,
    { bits: 3.5 },
  ),
  'octopus-key': form('Octopus Deploy', 'key', 'API-', `API-[A-Z0-9]{26}`, { bits: 3.5 }),
  'sourcegraph-token': form('Sourcegraph', 'token', 'sgp_', `sgp_(?:${word}{16}_)?${hex}{40}`),
  'prefect-token': form('Prefect', 'token', 'pnu_', `pnu_[a-z0-9]{36}`, { bits: 3.5 }),
  'infracost-key': form('Infracost', 'key', 'ico-', `ico-${word}{32}`, { bits: 3.8 }),
  'trigger-key': form('Trigger.dev', 'key', 'tr_', `tr_(?:prod|dev|stg|preview)_${word}{20,24}`, {
    bits: 3.8,
  }),
  'transifex-token': form('Transifex', 'token', '1/', `1/${hex}{40}`, { apart: '/.' }),
  'wakatime-key': form('WakaTime', 'key', 'waka_', `waka_${uuid}`),
  'checkly-key': form('Checkly', 'key', 'cu_', `cu_${hex}{32}`),
  // Models.
  'anthropic-key': form('Anthropic', 'key', 'sk-ant-', `sk-ant-(?:api|admin|oat|sid)\\d{2}-${url}{80,130}`, {
    bits: 4,
  }),
  'huggingface-token': form(
    'Hugging Face',
    'token',
    ['hf_', 'api_org_'],
    `(?:hf_${word}{34,40}|api_org_${word}{34})`,
    { bits: 3.8 },
  ),
  'groq-key': form('Groq', 'key', 'gsk_', `gsk_${word}{52}`, { bits: 3.8 }),
  'cerebras-key': form('Cerebras', 'key', 'csk-', `csk-[a-z0-9]{48}`, { bits: 3.8 }),
  'fireworks-key': form('Fireworks', 'key', 'fw_', `fw_${word}{22,24}`, { bits: 3.8 }),
  'together-key': form('Together', 'key', 'tgp_v1_', `tgp_v1_${url}{43}`, { bits: 4 }),
  'runpod-key': form('RunPod', 'key', 'rpa_', `rpa_[A-Z0-9]{40}[a-z0-9]{4,8}`, { bits: 3.8 }),
  'langfuse-key': form('Langfuse', 'key', 'sk-lf-', `sk-lf-${uuid}`),
  'voyage-key': form('Voyage', 'key', 'pa-', `pa-${url}{43}`, { bits: 4.2 }),
  'jina-key': form('Jina', 'key', 'jina_', `jina_${url}{60}`, { bits: 3.8 }),
  'e-two-b-key': form('E2B', 'key', 'e2b_', `e2b_${hex}{40}`),
  'firecrawl-key': form('Firecrawl', 'key', 'fc-', `fc-${hex}{32}`),
  'cursor-key': form('Cursor', 'key', ['key_', 'crsr_'], `(?:key|crsr)_${hex}{64}`),
  'apify-token': form('Apify', 'token', 'apify_api_', `apify_api_${word}{36}`, { bits: 3.8 }),
  'rapidapi-key': form('RapidAPI', 'key', 'msh', `[a-z0-9]{10}msh[a-z0-9]{15}p1[a-z0-9]{6}jsn[a-z0-9]{12}`, {
    bits: 3.5,
  }),
  'kaggle-token': form('Kaggle', 'token', 'KGAT_', `KGAT_${hex}{32}`),
  'vercel-key': form('Vercel', 'key', ['vck_', 'vcp_'], `vc[kp]_${word}{56}`, { bits: 3.8 }),
  'xai-key': form('xAI', 'key', 'xai-', `xai-${word}{80}`, { bits: 4 }),
  'perplexity-key': form('Perplexity', 'key', 'pplx-', `pplx-${word}{48,56}`, { bits: 3.8 }),
  'replicate-token': form('Replicate', 'token', 'r8_', `r8_${word}{37}`, { bits: 3.8 }),
  'openrouter-key': form('OpenRouter', 'key', 'sk-or-v1-', `sk-or-v1-${hex}{64}`),
  'langsmith-key': form('LangSmith', 'key', 'lsv2_', `lsv2_(?:pt|sk)_${hex}{32}_${hex}{10}`),
  'nvidia-key': form('NVIDIA', 'key', 'nvapi-', `nvapi-${url}{64}`, { bits: 4 }),
  'pinecone-key': form('Pinecone', 'key', 'pcsk_', `pcsk_${word}{5,6}_${word}{63}`, { bits: 4 }),
  'tavily-key': form('Tavily', 'key', 'tvly-', `tvly-(?:dev-|prod-)?${word}{32}`, { bits: 3.8 }),
  'elevenlabs-key': form('ElevenLabs', 'key', 'sk_', `sk_${hex}{48}`),
  // Messages.
  'slack-app-token': form(
    'Slack',
    'token',
    ['xapp-', 'xoxe.'],
    `(?:xapp-\\d-[A-Z0-9]{9,13}-\\d{10,15}-[a-z0-9]{60,70}|xoxe\\.xox[bp]-\\d-[A-Za-z0-9-]{100,200})`,
    { bits: 3.5 },
  ),
  'telegram-token': form('Telegram', 'token', ':AA', `\\d{8,10}:AA${url}{33}`, { bits: 3.8 }),
  'discord-webhook': form(
    'Discord',
    'webhook',
    '/api/webhooks/',
    `discord(?:app)?\\.com/api/webhooks/\\d{17,20}/${url}{60,70}`,
    { bits: 4 },
  ),
  'teams-webhook': form(
    'Microsoft Teams',
    'webhook',
    '.webhook.office.com',
    `webhook\\.office\\.com/webhookb2/${uuid}@${uuid}/IncomingWebhook/${hex}{32}/${uuid}`,
  ),
  'twilio-key': form(
    'Twilio',
    'key',
    [...'0123456789abcdef'].map((digit) => `SK${digit}`),
    `SK${hex}{32}`,
  ),
  'sendgrid-key': form('SendGrid', 'key', 'SG.', `SG\\.${url}{22}\\.${url}{43}`, { bits: 4 }),
  'mailgun-key': form('Mailgun', 'key', 'key-', `key-${hex}{32}`),
  'mailchimp-key': form('Mailchimp', 'key', '-us', `${hex}{32}-us\\d{1,2}`),
  'brevo-key': form('Brevo', 'key', ['xkeysib-', 'xsmtpsib-'], `x(?:key|smtp)sib-${hex}{64}-${word}{16}`),
  'resend-key': form('Resend', 'key', 're_', `re_[1-9A-HJ-NP-Za-km-z]{8}_[1-9A-HJ-NP-Za-km-z]{24}`, {
    bits: 3.8,
  }),
  'mandrill-key': form('Mandrill', 'key', 'md-', `md-${url}{22}`, { bits: 3.8 }),
  'telnyx-key': form('Telnyx', 'key', 'KEY0', `KEY0[A-Za-z0-9]{31}_${word}{22}`, { bits: 3.8 }),
  'zapier-webhook': form(
    'Zapier',
    'webhook',
    'hooks.zapier.com',
    `hooks\\.zapier\\.com/hooks/catch/\\d{5,10}/[a-z0-9]{6,8}`,
  ),
  'tines-webhook': form('Tines', 'webhook', '.tines.com', `tines\\.com/webhook/[a-z0-9]{32}/[a-z0-9]{32}`, {
    bits: 3.5,
  }),
  'pubnub-key': form('PubNub', 'secret', 'sec-c-', `sec-c-${word}{46,48}={0,2}`, { bits: 3.8 }),
  // Money and shops.
  'stripe-webhook-secret': form('Stripe webhook', 'secret', 'whsec_', `whsec_[A-Za-z0-9+/]{32,80}={0,2}`, {
    bits: 3.8,
    apart: '+/',
  }),
  'square-token': form(
    'Square',
    'token',
    ['sq0', 'EAAA'],
    `(?:sq0(?:atp|csp)-${url}{22,43}|EAAA${url}{60})`,
    { bits: 3.8 },
  ),
  'braintree-token': form(
    'PayPal Braintree',
    'token',
    'access_token$production$',
    `access_token\\$production\\$[0-9a-z]{16}\\$${hex}{32}`,
  ),
  'plaid-token': form('Plaid', 'token', 'access-production-', `access-production-${uuid}`),
  'flutterwave-key': form('Flutterwave', 'key', 'FLWSECK-', `FLWSECK-${word}{32}-X`),
  'easypost-key': form('EasyPost', 'key', ['EZAK', 'EZTK'], `EZ[AT]K${word}{54}`, { bits: 3.8 }),
  'shippo-token': form('Shippo', 'token', 'shippo_live_', `shippo_live_${hex}{40}`),
  'duffel-token': form('Duffel', 'token', 'duffel_live_', `duffel_live_[A-Za-z0-9_=-]{43}`, { bits: 3.5 }),
  'shopify-token': form('Shopify', 'token', 'shp', `shp(?:at|ca|pa|ss|tka)_[a-fA-F0-9]{32}`),
  'razorpay-key': form('Razorpay', 'key', 'rzp_live_', `rzp_live_${word}{14}`, { bits: 3 }),
  'adyen-key': form('Adyen', 'key', 'AQE', `AQE${word}{20,100}={0,2}-[A-Za-z0-9+/]{43}=-${word}{8,24}`, {
    bits: 4,
  }),
  'lob-key': form('Lob', 'key', 'live_', `live_${hex}{35}`),
  'gocardless-token': form('GoCardless', 'token', 'live_', `live_${url}{40}`, { bits: 4.1 }),
  'paddle-key': form(
    'Paddle',
    'key',
    'pdl_',
    `pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_${word}{22}_${word}{3}`,
    {
      bits: 3.8,
    },
  ),
  'polar-token': form('Polar', 'token', 'polar_', `polar_(?:oat|pat|at_u|at_o|rt_u|cs)_${word}{32,48}`, {
    bits: 3.8,
  }),
  'brex-token': form('Brex', 'token', 'bxt_', `bxt_${word}{36,48}`, { bits: 3.8 }),
  'mercury-token': form(
    'Mercury',
    'token',
    'secret-token:',
    `secret-token:mercury_production_(?:rma|wma)_${word}{30,60}`,
    {
      bits: 3.5,
    },
  ),
  'zuplo-key': form('Zuplo', 'key', 'zpka_', `zpka_${hex}{32}_${hex}{8}`),
  'unkey-key': form('Unkey', 'key', 'unkey_', `unkey_${word}{22,24}`, { bits: 3.8 }),
  'stytch-secret': form('Stytch', 'secret', 'secret-', `secret-(?:live|test)-${url}{35}=`, { bits: 3.8 }),
  'liveblocks-key': form('Liveblocks', 'key', 'sk_', `sk_(?:prod|dev)_${url}{40,80}`, { bits: 4.1 }),
  'riot-key': form('Riot Games', 'key', 'RGAPI-', `RGAPI-${uuid}`),
  'maxmind-key': form('MaxMind', 'key', '_mmk', `${word}{6}_${word}{29}_mmk`, { bits: 3.8 }),
  'intra-secret': form('42', 'secret', 's-s4t2', `s-s4t2(?:ud|af)-${hex}{64}`),
  'authress-key': form(
    'Authress',
    'key',
    ['.acc_', '.acc-'],
    `(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[A-Za-z0-9+/_=-]{30,120}`,
    { bits: 3.8, apart: '+/=' },
  ),
  'ubidots-token': form('Ubidots', 'token', 'BBFF-', `BBFF-${word}{30}`, { bits: 3.8 }),
  'calcom-key': form('Cal.com', 'key', 'cal_live_', `cal_live_${hex}{32}`),
  // What teams work with.
  'postman-key': form('Postman', 'key', 'PMAK-', `PMAK-${hex}{24}-${hex}{34}`),
  'linear-key': form('Linear', 'key', 'lin_api_', `lin_api_${word}{40}`, { bits: 3.8 }),
  'notion-token': form(
    'Notion',
    'token',
    ['ntn_', 'secret_'],
    `(?:ntn_\\d{11}${word}{35}|secret_${word}{43})`,
    { bits: 3.8 },
  ),
  'airtable-token': form('Airtable', 'token', 'pat', `pat${word}{14}\\.${hex}{64}`),
  'figma-token': form('Figma', 'token', 'figd_', `figd_${url}{40,50}`, { bits: 3.8 }),
  'dropbox-token': form('Dropbox', 'token', 'sl.', `sl\\.(?:u\\.)?${url}{130,1300}`, { bits: 4 }),
  'asana-token': form('Asana', 'token', [':', '/'], `[12]/\\d{16}(?:/\\d{16})?:${hex}{32}`),
  'typeform-token': form('Typeform', 'token', 'tfp_', `tfp_[A-Za-z0-9_.=-]{59}`, { bits: 3.8 }),
  'hubspot-token': form('HubSpot', 'token', 'pat-', `pat-(?:na|eu)\\d-${uuid}`),
  'contentful-token': form('Contentful', 'token', 'CFPAT-', `CFPAT-${url}{43}`, { bits: 3.8 }),
  'readme-key': form('ReadMe', 'key', 'rdme_', `rdme_[a-z0-9]{70}`, { bits: 3.5 }),
  'frameio-token': form('Frame.io', 'token', 'fio-u-', `fio-u-[A-Za-z0-9_=-]{64}`, { bits: 3.8 }),
  'adafruit-key': form('Adafruit IO', 'key', 'aio_', `aio_${word}{28}`, { bits: 3.5 }),
  'facebook-token': form('Facebook', 'token', 'EAA', `EAA[MC]${word}{100,400}`, { bits: 4 }),
  'mapbox-token': form('Mapbox', 'token', 'sk.eyJ1', `sk\\.eyJ1${url}{60,200}\\.${url}{22}`, { bits: 4 }),
  // Watching.
  'grafana-token': form(
    'Grafana',
    'token',
    ['glsa_', 'glc_', 'eyJrIjoi'],
    `(?:glsa_${word}{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2}|eyJrIjoi[A-Za-z0-9+/]{60,400}={0,2})`,
    { bits: 3.5, apart: '+/' },
  ),
  'newrelic-key': form(
    'New Relic',
    'key',
    ['NRAK-', 'NRII-', 'FFFFNRAL', 'NRAL'],
    `(?:NRAK-[A-Z0-9]{27}|NRII-${url}{32}|${hex}{36}(?:FFFF)?NRAL)`,
  ),
  'sentry-token': form(
    'Sentry',
    'token',
    ['sntrys_', 'sntryu_'],
    `(?:sntryu_${hex}{64}|sntrys_eyJ[A-Za-z0-9+/]{40,500}={0,2}_[A-Za-z0-9+/]{40,50})`,
    { apart: '+/' },
  ),
  'dynatrace-token': form('Dynatrace', 'token', 'dt0', `dt0[a-z]\\d{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}`),
  'posthog-key': form('PostHog', 'key', 'phx_', `phx_${word}{43,48}`, { bits: 3.8 }),
  'honeycomb-key': form('Honeycomb', 'key', ['ik_', 'mk_', 'lk_'], `hc[a-z]{1,2}[iml]k_[a-z0-9]{40,64}`, {
    bits: 3.8,
  }),
  'axiom-token': form('Axiom', 'token', ['xaat-', 'xapt-'], `xa[ap]t-${uuid}`),
  'logfire-token': form('Logfire', 'token', 'pylf_v', `pylf_v\\d_(?:us|eu)_${word}{40,60}`, { bits: 3.8 }),
  'newrelic-browser-key': form('New Relic', 'key', 'NRJS-', `NRJS-${hex}{19}`),
  'launchdarkly-key': form(
    'LaunchDarkly',
    'key',
    ['aunchDarkly', 'aunchdarkly', 'AUNCHDARKLY', 'sdk_key', 'SDK_KEY', 'sdkKey'],
    `(?:sdk|api)-${uuid}`,
  ),
  // Keys of people.
  'age-key': form(
    'age',
    'key',
    ['AGE-SECRET-KEY-', 'AGE-PLUGIN-'],
    `AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}`,
  ),
  'onepassword-key': form(
    '1Password',
    'token',
    ['ops_eyJ', 'A3-'],
    `(?:ops_eyJ[A-Za-z0-9+/_-]{200,3000}={0,2}|A3-[A-Z0-9]{6}-[A-Z0-9]{6}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5})`,
    { bits: 3.5 },
  ),
} as const satisfies Readonly<Record<string, TokenForm>>;

/** ID of a service's token. */
export type SecretTokenId = keyof typeof secretTokens;
