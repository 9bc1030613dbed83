/**
 * Files in which a program keeps what it logs in with, and lines of commands that hand a password over: what stands there is one
 * whatever it looks like. The first group of a pattern that fits is the password.
 */
export interface StoredPassword {
  readonly pattern: RegExp;
  readonly words: readonly string[];
  /** Paths; `sources` for settings and programs. */
  readonly where: RegExp | 'sources';
}

/** No file of what is installed, whatever its name. */
const own = '^(?!.*htpasswd|usr/|lib(?:32|64)?/|(?:.*/)?(?:node_modules|site-packages|dist-packages|gems)/)';

/** By the program's own words for it. */
export const storedPasswords: readonly StoredPassword[] = [
  // curl: `user = "me:secret"`.
  {
    pattern: /^\s{0,10}-{0,2}(?:u|(?:proxy-)?user)\s{0,3}[=:\s]\s{0,3}"?[^\s":]{1,64}:([^\s"]{3,200})/gm,
    words: ['u'],
    where: /(?:^|\/)[._]curlrc$/,
  },
  {
    pattern: /^\s{0,10}password\s{0,5}[:=]\s{0,5}(\S{3,400})/gm,
    words: ['password'],
    where: /(?:^|\/)\.pypirc$/,
  },
  // Docker, where it has no helper and no base 64.
  {
    pattern: /"(?:password|registrytoken)"\s{0,5}:\s{0,5}"([^"\n]{3,4000})"/g,
    words: ['"password"', '"registrytoken"'],
    where: /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|\.dockerconfigjson|containers\/auth\.json)$/,
  },
  // Subversion, which counts characters.
  {
    pattern: /^K 8\npassword\nV \d{1,3}\n([^\n]{3,200})$/gm,
    words: ['password'],
    where: /(?:^|\/)auth\/svn\.simple\/[^/]+$/,
  },
  // FileZilla, encoded, or plain before version 3.
  {
    pattern: /<Pass(?: encoding="base64")?>([^<>\s]{4,400})</g,
    words: ['<Pass'],
    where: /(?:^|\/)(?:sitemanager|recentservers|filezilla)\.xml$/i,
  },
  // Shares of SMB, mail.
  {
    pattern: /^\s{0,10}password\s{0,3}[=\s]\s{0,3}"?([^\s"]{3,200})/gm,
    words: ['password'],
    where: /(?:^|\/)(?:\.?smb(?:credentials|pass)[^/]*|\.?cifs[^/]*|\.?msmtprc|\.?fetchmailrc|\.mbsyncrc)$/,
  },
  // Wireless networks.
  {
    pattern:
      /^\s{0,10}(?:psk|wep_key0|password)\s{0,3}=\s{0,3}"([^"\n]{5,100})"|^(?:psk|password)=([^\s"#][^\n]{4,100})$/gm,
    words: ['psk', 'password'],
    where: /(?:^|\/)(?:wpa_supplicant[^/]*\.conf|[^/]+\.nmconnection)$|(?:^|\/)system-connections\/[^/]+$/,
  },
  // Editors that upload, Composer.
  {
    pattern: /"(?:password|passphrase)"\s{0,3}:\s{0,3}"([^"\n]{4,200})"/g,
    words: ['"password"', '"passphrase"'],
    where: /(?:^|\/)(?:\.?s?ftp(?:-config)?\.json|\.ftpconfig|\.remote-sync\.json|\.?composer\/auth\.json)$/,
  },
  { pattern: /^\S{1,200}\s{1,20}[^\s:]{1,80}:(\S{4,200})$/gm, words: [':'], where: /(?:^|\/)sasl_passwd$/ },
  {
    pattern: /^(?:[^\s:]{1,64}:)?AKIA[A-Z0-9]{16}:([A-Za-z0-9/+]{40})$/gm,
    words: ['AKIA'],
    where: /(?:^|\/)\.?passwd-s3fs$/,
  },
  // A file that is the secret, as Compose and Kubernetes hand it in.
  {
    pattern: /^(?![^]*\S\s+\S|\s*\w+=.)\s{0,5}(\S{6,4000})\s{0,5}$/g,
    words: ['a', 'e', '1', 'A', 'E'],
    where: /^(?:var\/)?run\/secrets\/(?!.*(?:\.crt|\/namespace)$)/,
  },
  // Commands.
  {
    pattern: /\bcurl\s[^\n|;&]{0,300}?(?:-u|--user)[ =]{0,2}["']?[^\s:"'$]{1,64}:([^\s"'$`]{6,100})/g,
    words: ['curl'],
    where: 'sources',
  },
  {
    pattern: /\bsshpass\s{1,3}-p\s{0,3}["']?([^\s"'$`]{6,100})/g,
    words: ['sshpass'],
    where: 'sources',
  },
  {
    pattern:
      /\b(?:docker|podman|buildah|nerdctl|skopeo|oras|crane|helm registry|az acr|npm|az|oc|argocd|cf)\s{1,3}login\b[^\n|;&]{0,200}?\s(?:-p|--password|--token)[ =]{1,2}["']?([^\s"'$`-][^\s"'$`]{5,400})/g,
    words: ['login'],
    where: 'sources',
  },
  {
    pattern:
      /\b(?:mysql|mariadb)(?:dump|admin|import)?\s[^\n|;&]{0,200}?(?:\s-p|--password=)["']?([^\s"'$`-][^\s"'$`]{5,100})/g,
    words: ['mysql', 'mariadb'],
    where: 'sources',
  },
];

/** Files whose name says that they are a secret and nothing else: `db_password.txt`, `api-token`. */
export const secretFile = new RegExp(
  `${own}(?:.*/)?[^/]*(?:password|passwd|passphrase|secret|token|api[_-]?key)[^/.]*(?:\\.(?:txt|key|secret))?$`,
  'i',
);
