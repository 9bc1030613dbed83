import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, resolveImport, root, sourcesIn, type Import } from '../setup/imports';

/** One row of the table "Who may import whom": its two cells, and what they say as a rule. */
interface Row {
  readonly folders: string;
  readonly cell: string;
  readonly rule: Rule;
}

interface Rule {
  /** Folders and files that may be imported; a file's own folder always may. */
  readonly paths: readonly string[];
  /** Folders within `paths` that may not. */
  readonly not?: readonly string[];
  /** Files that may be imported by `import type` alone. */
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
  readonly node?: true;
  /** May import the package `electron` and the files that do. */
  readonly electron?: true;
}

const electronFiles =
  '`main.ts`, `window.ts`, `pageLife.ts`, `person.ts`, `menu.ts`, `protocol.ts`, `launchFailure.ts`, `preload.ts`, `ipc/serve.ts`, `ipc/dialogs.ts`';
const decompression = ['@cloudpss/zstd', 'xz-decompress'];

/** What the use cases stand on. */
const below = [
  ...['shared', 'electron/tar', 'electron/store', 'electron/index', 'electron/source', 'electron/export'],
  ...['electron/worker', 'electron/system', 'electron/mount', 'electron/namespace', 'electron/run'],
];

/** The rooms of `electron/actions`, in order: each may enter those that it names. */
const rooms: readonly (readonly [string, readonly string[]])[] = [
  ['records', []],
  ['ground', ['records']],
  ['target', ['ground']],
  ['images', ['records', 'ground']],
  ['inside', ['ground', 'images']],
  ['making', ['ground', 'images', 'inside']],
  ['trees', ['records', 'ground', 'target', 'images', 'inside', 'making']],
  ['runs', ['records', 'ground', 'trees']],
  ['copy', ['ground', 'target', 'images', 'inside', 'making', 'trees']],
  ['trust', ['ground', 'images']],
  ['upkeep', ['records', 'ground', 'images', 'trees']],
];

const room = (name: string, others: readonly string[]): Row => ({
  folders: `\`electron/actions/${name}\``,
  cell: ['`shared/`, node, what is below', ...others.map((other) => `\`${other}\``)].join(', '),
  rule: { paths: [...below, ...others.map((other) => `electron/actions/${other}`)], node: true },
});

/** The table of docs/architecture.md, cell for cell. Every folder may import itself, those of `electron/` node too. */
const table: readonly Row[] = [
  { folders: '`shared/image`', cell: 'itself', rule: { paths: [] } },
  { folders: '`shared/layer`', cell: '`shared/image`', rule: { paths: ['shared/image'] } },
  {
    folders: '`shared/graph`',
    cell: '`shared/image`, `shared/layer`',
    rule: { paths: ['shared/image', 'shared/layer'] },
  },
  {
    folders: '`shared/ipc`, `shared/text`',
    cell: 'the rest of `shared/`; `zod` in `shared/ipc` only',
    rule: { paths: ['shared'], packages: ['zod'] },
  },
  {
    folders: '`electron/tar`',
    cell: '`shared/`, node, compression packages',
    rule: { paths: ['shared'], node: true, packages: decompression },
  },
  {
    folders: '`electron/store`',
    cell: 'the same, `electron/tar`, `electron/system/removeBeneath`, `electron/system/syscalls`',
    rule: {
      paths: ['shared', 'electron/tar', 'electron/system/removeBeneath.ts', 'electron/system/syscalls.ts'],
      node: true,
      packages: decompression,
    },
  },
  {
    folders: '`electron/source`, `electron/index`, `electron/export`',
    cell: '`shared/`, node, `electron/tar`, `electron/store`; `electron/system/beneath`, `electron/system/ownDescriptor`; types of `electron/worker/jobs`',
    rule: {
      paths: [
        'shared',
        'electron/tar',
        'electron/store',
        'electron/system/beneath.ts',
        'electron/system/ownDescriptor.ts',
      ],
      types: ['electron/worker/jobs.ts'],
      node: true,
    },
  },
  {
    folders: '`electron/engine`',
    cell: '`shared/`, node, `docker-modem`, `zod`; `electron/store/breath`, `electron/store/thisUser`',
    rule: {
      paths: ['shared', 'electron/store/breath.ts', 'electron/store/thisUser.ts'],
      node: true,
      packages: ['docker-modem', 'zod'],
    },
  },
  {
    folders: '`electron/system`',
    cell: '`shared/`, node, `koffi`',
    rule: { paths: ['shared'], node: true, packages: ['koffi'] },
  },
  {
    folders: '`electron/mount`, `electron/commit`',
    cell: '`shared/`, node, `electron/system`, `electron/tar`, `electron/index`, `electron/worker`, `electron/store/failPoint`; `commit` also `electron/mount`',
    rule: {
      paths: [
        'electron/store/failPoint.ts',
        'shared',
        'electron/system',
        'electron/tar',
        'electron/index',
        'electron/worker',
        'electron/mount',
      ],
      node: true,
    },
  },
  {
    folders: '`electron/namespace`',
    cell: '`shared/`, node, `electron/store`, `electron/worker`; types of `electron/actions/ground/context`',
    rule: {
      paths: ['shared', 'electron/store', 'electron/worker'],
      types: ['electron/actions/ground/context.ts'],
      node: true,
    },
  },
  {
    folders: '`electron/run`',
    cell: '`shared/`, node, `electron/namespace`, `electron/store/owner`, `electron/store/ownPlaces`, `@lydell/node-pty`',
    rule: {
      paths: ['shared', 'electron/namespace', 'electron/store/owner.ts', 'electron/store/ownPlaces.ts'],
      node: true,
      packages: ['@lydell/node-pty'],
    },
  },
  {
    folders: '`electron/worker`',
    cell: '`shared/`, node, `electron/tar`, `electron/index`, `electron/store/blobFile`, `electron/store/fullFolder`, `electron/store/ownPlaces`, `electron/store/sealKey`, `electron/system/ownDescriptor`; the jobs in `electron/mount` and `electron/commit`',
    rule: {
      paths: [
        'electron/store/blobFile.ts',
        'electron/store/ownPlaces.ts',
        'electron/store/fullFolder.ts',
        'electron/store/sealKey.ts',
        'electron/system/ownDescriptor.ts',
        'shared',
        'electron/tar',
        'electron/index',
        'electron/mount',
        'electron/commit',
      ],
      node: true,
    },
  },
  ...rooms.map(([name, others]) => room(name, others)),
  {
    folders: '`electron/place`',
    cell: 'everything in `electron/` but `cli`, `ipc` and the files that touch Electron',
    rule: { paths: ['shared', 'electron'], not: ['electron/cli', 'electron/ipc'], node: true },
  },
  {
    folders: '`electron/ipc`, `electron/cli`',
    cell: 'everything in `electron/` but the files that touch Electron; `yaml` in `electron/cli` only',
    rule: { paths: ['shared', 'electron'], node: true, packages: ['yaml'] },
  },
  {
    folders: electronFiles,
    cell: 'the only files that import `electron`',
    rule: { paths: ['shared', 'electron'], node: true, electron: true },
  },
  { folders: '`renderer/chart`', cell: '`shared/`, d3', rule: { paths: ['shared'], packages: ['d3'] } },
  {
    folders: '`renderer/store`',
    cell: '`shared/`, zustand',
    rule: { paths: ['shared'], packages: ['zustand'] },
  },
  {
    folders: '`renderer/view`',
    cell: 'all of `renderer/`, React, xterm.js',
    rule: {
      paths: ['shared', 'renderer'],
      packages: ['react', 'react-dom', '@xterm/xterm', '@xterm/addon-fit'],
    },
  },
];

/** What stands in no row: the design system, and the files beside the folders. */
const beyond: Readonly<Record<string, Rule>> = {
  'renderer/ui': { paths: ['shared'], packages: ['react', 'react-dom', '@tanstack/react-virtual'] },
  renderer: { paths: ['shared', 'renderer'], packages: ['react', 'react-dom'] },
  electron: { paths: ['shared', 'electron'], node: true },
};

const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? '');
/** A row names files of `electron/` without it. */
const placed = (name: string): string => (name.endsWith('.ts') ? `electron/${name}` : name);

const rules = new Map<string, Rule>(Object.entries(beyond));
for (const { folders, rule } of table) for (const name of quoted(folders)) rules.set(placed(name), rule);
const touchElectron = new Set(quoted(electronFiles).map(placed));

/** The rule of a file: its own, else that of the deepest folder that has one. Files beside folders get theirs alone. */
function ruleOf(file: string): Rule | null {
  const own = rules.get(file);
  if (own) return own;
  let folder = posix.dirname(file);
  if (rules.has(folder)) return rules.get(folder) ?? null;
  while (folder.includes('/')) {
    const rule = rules.get(folder);
    if (rule) return rule;
    folder = posix.dirname(folder);
  }
  return null;
}

const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

/** Why an import breaks the table, or null when it does not. */
function fault(from: string, rule: Rule, { text, typeOnly }: Import): string | null {
  if (text.startsWith('computed: ')) return 'the table cannot be held against a computed name';
  if (!text.startsWith('.')) {
    if (text === 'electron' || text.startsWith('electron/')) {
      return rule.electron ? null : 'only the named files import electron';
    }
    if (isBuiltin(text)) return rule.node ? null : 'node is not for this folder';
    const name = text
      .split('/')
      .slice(0, text.startsWith('@') ? 2 : 1)
      .join('/');
    if (name === 'zod' && isIn(from, 'shared') && !isIn(from, 'shared/ipc')) return 'zod is for shared/ipc';
    if (name === 'yaml' && !isIn(from, 'electron/cli')) return 'yaml is for electron/cli';
    // `d3` is a bundle of packages by the same authors: `d3-zoom` is d3, too.
    const family = name.startsWith('d3-') ? 'd3' : name;
    return rule.packages?.includes(family) ? null : `the package ${name} is not for this folder`;
  }
  const target = resolveImport(from, text);
  if (target === null) return 'there is no such file';
  if (typeOnly && rule.types?.includes(target)) return null;
  if (touchElectron.has(target) && !rule.electron)
    return 'plain Node cannot load a file that touches Electron';
  if (posix.dirname(target) === posix.dirname(from)) return null;
  const home = [...rules.keys()].filter((place) => place.includes('/') && isIn(from, place));
  const allowed = [...home, ...rule.paths].some((place) => isIn(target, place));
  if (!allowed || rule.not?.some((place) => isIn(target, place))) return `${target} is not for this folder`;
  return null;
}

/** All imports of a source that break the table, as `file: import: why`. */
function faultsOf(file: string, source: string): string[] {
  const rule = ruleOf(file);
  if (rule === null) return [`${file}: stands in no folder of the table`];
  return importsOf(file, source).flatMap((one) => {
    const why = fault(file, rule, one);
    return why === null ? [] : [`${file}: ${one.typeOnly ? 'type ' : ''}${one.text}: ${why}`];
  });
}

/** Rows of the table in docs/architecture.md. */
function documentedRows(): string[][] {
  const text = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
  const section = text.split('## Who may import whom')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

describe('the code keeps to the table of docs/architecture.md', () => {
  test('the table in this file is the documented one, cell for cell', () => {
    expect(documentedRows()).toEqual(table.map(({ folders, cell }) => [folders, cell]));
  });

  test('every file that the table names exists', () => {
    for (const file of touchElectron) expect(existsSync(join(root, file)), file).toBe(true);
  });

  test.each(['shared', 'electron', 'renderer'])('no import in %s/ breaks it', (folder) => {
    const files = sourcesIn(folder);
    expect(files.length).toBeGreaterThan(10);
    expect(files.flatMap((file) => faultsOf(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});

describe('the check can fail', () => {
  test.each([
    ['shared/image/a.ts', `import { x } from '../layer/entry';`],
    ['shared/image/a.ts', `import type { LayerEntry } from '../layer/entry';`],
    ['shared/image/a.ts', `import { readFileSync } from 'node:fs';`],
    ['shared/image/a.ts', `import { readFileSync } from 'fs';`],
    ['shared/layer/a.ts', `export { sharingOf } from '../graph/sharing';`],
    ['shared/layer/a.ts', `export * from '../text/format';`],
    ['shared/graph/a.ts', `type A = import('../ipc/settings').Settings;`],
    ['shared/text/a.ts', `import { z } from 'zod';`],
    ['shared/text/messages/a.ts', `import { z } from 'zod';`],
    ['shared/ipc/a.ts', `import React from 'react';`],
    ['shared/ipc/a.ts', `import type { ImageStore } from '../../electron/store/contentStore';`],
    ['electron/tar/a.ts', `import { x } from '../store/contentStore';`],
    ['electron/store/a.ts', `const x = await import('../worker/jobs');`],
    ['electron/store/a.ts', `import type { JobName } from '../worker/jobs';`],
    ['electron/source/a.ts', `import { jobs } from '../worker/jobs';`],
    ['electron/source/a.ts', `import { type JobName } from '../worker/jobs';`],
    ['electron/source/a.ts', `import type { X } from '../worker/workerPool';`],
    ['electron/source/a.ts', `import type { X } from '../index/openLayer';`],
    ['electron/export/a.ts', `import { x } from '../actions/ground/openStore';`],
    ['electron/worker/a.ts', `import { x } from '../store/directoryStore';`],
    ['electron/actions/copy/a.ts', `import { x } from '../../cli/main';`],
    ['electron/actions/copy/a.ts', `import type { X } from '../../ipc/operations';`],
    ['electron/actions/copy/a.ts', `import { createWindow } from '../../window';`],
    ['electron/actions/copy/a.ts', `import { x } from '../trust/keyFiles';`],
    ['electron/actions/images/a.ts', `import type { X } from '../copy/loadImages';`],
    ['electron/actions/images/a.ts', `import { x } from '../../engine/engine';`],
    ['electron/actions/newRoom/a.ts', `export const x = 1;`],
    ['electron/actions/a.ts', `export const x = 1;`],
    ['electron/cli/a.ts', `import { app } from 'electron';`],
    ['electron/cli/a.ts', `import type { App } from 'electron/main';`],
    ['electron/ipc/a.ts', `import { parse } from 'yaml';`],
    ['electron/cli/commands/a.ts', `import { serve } from '../../ipc/serve';`],
    ['electron/ipc/a.ts', `import { serve } from './serve';`],
    ['electron/ipc/a.ts', `const electron = require('electron');`],
    ['electron/ipc/a.ts', `import electron = require('electron');`],
    ['electron/window.ts', `import { bridge } from '../renderer/bridge';`],
    ['renderer/view/a.tsx', `import { join } from 'node:path';`],
    ['renderer/view/a.tsx', `import type { ImageStore } from '../../electron/store/contentStore';`],
    ['renderer/view/a.tsx', `import 'electron';`],
    ['renderer/chart/a.ts', `import { useState } from 'react';`],
    ['renderer/chart/layers/a.ts', `import { x } from '../../store/appStore';`],
    ['renderer/store/a.ts', `import { x } from '../chart/layoutClient';`],
    ['renderer/store/a.ts', `import { select } from 'd3';`],
    ['renderer/ui/a.tsx', `import { x } from '../store/appStore';`],
    ['renderer/ui/a.tsx', `import { x } from '../view/useReply';`],
    ['electron/actions/copy/a.ts', `const x = await import(name);`],
    ['electron/actions/copy/a.ts', `import x from './nothingOfThisName';`],
    ['electron/actions/copy/a.ts', `import x from '../../../package.json';`],
    ['shared/newFolder/a.ts', `export const x = 1;`],
    ['renderer/newFolder/a.ts', `export const x = 1;`],
    ['electron/newFolder/a.ts', `export const x = 1;`],
  ])('%s may not hold %s', (file, source) => {
    expect(faultsOf(file, source)).toHaveLength(1);
  });

  test.each([
    ['shared/image/a.ts', `import { isDigest } from './digest';`],
    ['shared/graph/a.ts', `import { isDigest } from '../image/digest';`],
    ['shared/ipc/a.ts', `import { z } from 'zod';`],
    ['shared/text/messages/a.ts', `import { formatBytes } from '../format';`],
    ['electron/tar/a.ts', `import { compress } from '@cloudpss/zstd/napi'; import 'xz-decompress';`],
    ['electron/source/a.ts', `import type { JobName } from '../worker/jobs';`],
    ['electron/source/a.ts', `type A = import('../worker/jobs').JobName;`],
    ['electron/actions/copy/a.ts', `import { x } from '../../worker/workerPool'; import fs from 'node:fs';`],
    ['electron/actions/copy/a.ts', `import type { X } from '../images/storeView';`],
    [
      'electron/cli/commands/a.ts',
      `import { x } from '../columns'; import y from '../../actions/ground/openStore';`,
    ],
    ['electron/main.ts', `import { app } from 'electron'; import { serve } from './ipc/serve';`],
    ['electron/ipc/serve.ts', `import { ipcMain } from 'electron'; import { x } from './dialogs';`],
    ['renderer/chart/layers/a.ts', `import { zoom } from 'd3-zoom';`],
    ['renderer/chart/layers/a.ts', `import { select } from 'd3'; import x from '../layoutClient';`],
    ['renderer/store/a.ts', `import { useStore } from 'zustand/react';`],
    ['renderer/view/a.tsx', `import { createRoot } from 'react-dom/client'; import x from '../ui/Button';`],
  ])('%s may hold %s', (file, source) => {
    expect(faultsOf(file, source)).toEqual([]);
  });
});
