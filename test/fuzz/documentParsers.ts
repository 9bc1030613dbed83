import { readDockerManifest } from '../../electron/source/dockerManifest';
import { tagName } from '../../shared/image/layoutName';
import { forestOf } from '../../shared/graph/dockviz/images';
import { parseDockvizJson } from '../../shared/graph/dockviz/json';
import { isDigest, parseDiffId } from '../../shared/image/digest';
import { parseImageConfig } from '../../shared/image/imageConfig';
import { leftOutDocument, parseLeftOut } from '../../shared/image/leftOut';
import { defaultLimits } from '../../shared/image/limits';
import { parseIndex, parseManifest } from '../../shared/image/manifest';
import { ProblemError } from '../../shared/image/problem';
import { configOfV1, isV1Id, parseV1Image } from '../../shared/image/v1Image';
import { normalisePath } from '../../shared/layer/entryPath';
import { checkSentence, holds, jsonWords, origin, orProblem, type FuzzedParser } from './fuzzed';

/** Parsers of documents. */
export const documentParsers: readonly FuzzedParser[] = [
  {
    name: 'docker-manifest',
    words: [...jsonWords, '"Config":', '"RepoTags":', '"Layers":', '"config":', '../', 'shop:1.0'],
    check: async (input) => {
      const files = { label: 'fuzz.tar', limits: defaultLimits, readDocument: () => Promise.resolve(input) };
      const entries = await readDockerManifest(
        files as unknown as Parameters<typeof readDockerManifest>[0],
      ).catch((thrown: unknown) => {
        if (!(thrown instanceof ProblemError)) throw thrown;
        checkSentence(thrown);
        return [];
      });
      for (const { configName, names, layers } of entries) {
        for (const name of [configName, ...layers])
          holds(name !== '' && normalisePath(name) === name, 'a member name leads elsewhere');
        for (const name of names) holds(tagName(name) === name, 'a name is none');
      }
    },
  },
  {
    name: 'documents',
    words: [
      ...jsonWords,
      '"rootfs":',
      '"diff_ids":',
      '"history":',
      '"Env":',
      '"platform":',
      '"annotations":',
    ],
    check: (input) => {
      const index = orProblem(() => parseIndex(input, origin));
      const manifest = orProblem(() => parseManifest(input, origin));
      for (const { digest, size } of [
        ...(index?.manifests ?? []),
        ...(manifest ? [manifest.config, ...manifest.layers] : []),
      ]) {
        holds(isDigest(digest), 'a digest is none');
        holds(Number.isSafeInteger(size) && size >= 0, 'a size is no size');
      }
      const config = orProblem(() => parseImageConfig(input, origin));
      for (const diffId of config?.diffIds ?? []) holds(isDigest(diffId), 'a diff ID is none');
      holds(({} as { polluted?: unknown }).polluted === undefined, 'the prototype of objects changed');
    },
  },
  {
    name: 'v1',
    words: [
      ...jsonWords,
      '"parent":',
      '"throwaway":true',
      '"docker_version":"1.8.2"',
      '"docker_version":"1.9"',
      '"container_config":',
      '"Cmd":',
      '"created":"2015-01-01T00:00:00.10+00:00"',
      '"rootfs":',
      '"history":',
    ],
    check: (input) => {
      const image = orProblem(() => parseV1Image(input, origin));
      if (!image) return;
      holds(image.parent === null || isV1Id(image.parent), 'a parent is no ID');
      const diffId = parseDiffId(`sha256:${'a'.repeat(64)}`);
      const base = { image: { ...image, parent: null, throwaway: false }, diffId };
      const top = { image, diffId: image.throwaway ? null : diffId };
      const text = configOfV1([base, top]);
      holds(text === configOfV1([base, top]), 'the same image has two configs');
      const config = orProblem(() => parseImageConfig(new TextEncoder().encode(text), origin));
      if (config) holds(config.diffIds.length === (image.throwaway ? 1 : 2), 'a layer was lost');
    },
  },
  {
    name: 'left-out',
    words: [...jsonWords, '"leftOut":', '"diffId":', '"from":'],
    check: (input) => {
      const layers = orProblem(() => parseLeftOut(input, origin));
      if (!layers) return;
      const again = parseLeftOut(new TextEncoder().encode(leftOutDocument(layers)), origin);
      holds(JSON.stringify(again) === JSON.stringify(layers), 'written and read again it is another list');
    },
  },
  {
    name: 'dockviz',
    words: [
      ...jsonWords,
      '"Id":',
      '"ParentId":',
      '"RepoTags":',
      '"VirtualSize":',
      '"Size":',
      '"Created":',
      '"<none>:<none>"',
    ],
    check: (input) => {
      const images = orProblem(() => parseDockvizJson(input.toString('utf8')));
      if (images) forestOf(images, null, input.length % 2 === 0);
    },
  },
];
