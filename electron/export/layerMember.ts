import { leftOutDocument, leftOutName, type LeftOutLayer } from '../../shared/image/leftOut';
import type { OutMember } from '../worker/jobs';
import type { ExportLayer, WrittenLayer } from './imageExport';

/** The member that holds a layer. */
export function layerMember(name: string, layer: WrittenLayer): OutMember {
  return {
    kind: 'range',
    name,
    file: layer.file,
    offset: 0,
    size: layer.fileSize,
    outSize: layer.size,
    decompress: layer.decompress,
    expect: layer.digest,
  };
}

/** The member that lists what was left out, where anything was. */
export function leftOutMember(layers: readonly LeftOutLayer[]): readonly OutMember[] {
  if (layers.length === 0) return [];
  return [{ kind: 'bytes', name: leftOutName, bytes: new TextEncoder().encode(leftOutDocument(layers)) }];
}

/** Layers, each once by its diff ID. */
export function once(layers: readonly ExportLayer[]): readonly ExportLayer[] {
  return [...new Map([...layers].reverse().map((layer) => [layer.diffId, layer])).values()].reverse();
}
