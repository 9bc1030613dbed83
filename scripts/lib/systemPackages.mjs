// System libraries and tools from Debian: as root they are installed, otherwise the one line to run is printed.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { say } from './say.mjs';

/** What Electron needs to start. */
export const runtimePackages = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libsecret-1-0',
  'xvfb',
  'xauth',
];
/** Chinese text needs a font that has it. */
export const fontPackages = ['fonts-noto-cjk'];
/** Peers that the tests hold us against. */
export const peerPackages = ['skopeo', 'umoci', 'podman', 'docker.io', 'docker-registry', 'buildah'];
/** What tests of several parts need: a static shell for images, runtimes, the tools of rootless mounts, Graphviz. */
export const treePackages = ['busybox-static', 'runc', 'crun', 'uidmap', 'fuse-overlayfs', 'graphviz', 'zsh'];

/** Debian 13 and Ubuntu 24.04 have the same libraries under names with t64. */
const alternatives = (name) => [name, `${name}t64`];

function isInstalled(name) {
  return alternatives(name).some((each) => {
    const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${Status}', each], { encoding: 'utf8' });
    return stdout?.includes('install ok installed') ?? false;
  });
}

/** Packages of a list that are not installed; null where there is no dpkg to ask. */
export function missingPackages(names) {
  if (process.platform !== 'linux') return [];
  if (spawnSync('dpkg-query', ['--version']).status !== 0) return null;
  return names.filter((name) => !isInstalled(name));
}

/** Keeps packages from starting services: the tests start their own, with their own folders. */
function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return work();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n');
  chmodSync(policy, 0o755);
  try {
    return work();
  } finally {
    rmSync(policy, { force: true });
  }
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

/** Names as this release has them. */
function available(names) {
  return names.map((name) => {
    const known = alternatives(name).find((each) => {
      const { stdout } = spawnSync('apt-cache', ['show', '--no-all-versions', each], { encoding: 'utf8' });
      return stdout?.startsWith('Package:');
    });
    return known ?? name;
  });
}

/**
 * Makes sure that packages are there. Returns those that are still missing: none after an installation as root, all
 * missing ones otherwise, the line to run having been printed.
 */
export function ensureSystemPackages(names, what) {
  const missing = missingPackages(names);
  if (missing === null) {
    say(`This is no Debian: ${what} must be there already (Debian calls them ${names.join(' ')}).`);
    return [];
  }
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0) {
    say(
      `Missing: ${what}. Run this once:\n  sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`,
    );
    return missing;
  }
  say(`Installing ${what} from Debian: ${missing.join(' ')}`);
  return withoutServices(() => {
    apt(['update', '-qq']);
    const install = (some) => apt(['install', '-y', '-qq', '--no-install-recommends', ...some]);
    const wanted = available(missing);
    // One that this release does not have must not keep the others away.
    if (!install(wanted)) for (const name of wanted) install([name]);
    return missingPackages(missing) ?? [];
  });
}
