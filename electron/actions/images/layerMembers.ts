import type { DiffId } from '../../../shared/image/digest';
import type { ImageConfig } from '../../../shared/image/imageConfig';
import { asText, looseMember, type JsonObject } from '../../../shared/image/jsonDocument';
import { splitName } from '../../../shared/image/reference';
import type { ImageGraph, ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { nameDigest } from '../../../shared/graph/nameDigest';
import { ownLayer } from '../../../shared/graph/ownLayer';
import { displayName } from '../../../shared/graph/sharing';

const none: JsonObject = {};

/** The images whose top layer this is, newest first: what Docker 1.9 and before called by the layer's ID. */
export function imagesOnTop(graph: ImageGraph, { chainId }: LayerNode): readonly ImageNode[] {
  return graph.images
    .filter(({ top }) => top === chainId)
    .sort((a, b) => (b.created ?? '').localeCompare(a.created ?? '') || (a.id < b.id ? -1 : 1));
}

/** Images as `docker inspect` writes them in `RepoDigests`: each repository with the digest that the name stands for. */
export function repoDigests(images: readonly ImageNode[]): readonly string[] {
  const found = images.flatMap((image) =>
    image.names.flatMap((name) => {
      const digest = nameDigest(image, name);
      return digest === null ? [] : [`${splitName(name).repository}@${digest}`];
    }),
  );
  return [...new Set(found)];
}

/** The members of a config that `docker inspect` shows beside it, in its spelling; empty where there is no config. */
export function configMembers(config: ImageConfig | null): Record<string, unknown> {
  const document = config?.document ?? none;
  return {
    Container: asText(looseMember(document, 'container')),
    ContainerConfig: looseMember(document, 'container_config') ?? null,
    DockerVersion: config?.dockerVersion ?? '',
    Config: looseMember(document, 'config') ?? null,
  };
}

/** What we mount with, and where it is mounted now. */
export function graphDriver(mergedDir: string | null): Record<string, unknown> {
  return { Name: 'overlay', Data: mergedDir === null ? null : { MergedDir: mergedDir } };
}

/** A layer and all below it, base first. */
export function chainOf(graph: ImageGraph, layer: LayerNode): readonly LayerNode[] {
  const byChain = new Map(graph.layers.map((node) => [node.chainId, node]));
  const chain: LayerNode[] = [];
  for (
    let at: LayerNode | undefined = layer;
    at;
    at = at.parent === null ? undefined : byChain.get(at.parent)
  )
    chain.push(at);
  return chain.reverse();
}

/**
 * What `inspect LAYER` says of a layer of a store or an engine, but for its sizes: the members of `docker inspect`, then
 * our own. Names are those of the images whose top layer it is, config and step those of the newest of them.
 */
export function layerMembers(
  graph: ImageGraph,
  node: LayerNode,
  config: ImageConfig | null,
): Record<string, unknown> {
  const onTop = imagesOnTop(graph, node);
  const users = graph.images.filter(({ layers }) => layers.includes(node.chainId));
  const [first] = [...onTop, ...users];
  const layer = ownLayer(first ?? {}, node);
  const chain = chainOf(graph, node);
  return {
    Id: layer.chainId,
    RepoTags: [...new Set(onTop.flatMap(({ names }) => names))],
    RepoDigests: repoDigests(onTop),
    Parent: layer.parent ?? '',
    Comment: layer.comment,
    ...(layer.created === null ? {} : { Created: layer.created }),
    ...configMembers(config),
    Author: layer.author,
    Architecture: first?.architecture ?? '',
    Os: first?.os ?? '',
    RootFS: { Type: 'layers', Layers: chain.map(({ diffId }): DiffId => diffId) },
    Number: chain.length,
    DiffId: layer.diffId,
    CreatedBy: layer.createdBy,
    UsedBy: users.map(displayName),
  };
}
