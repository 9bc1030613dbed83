import type { JobTools } from './jobTools';
import type { JobInput, JobName, JobOutput } from './jobs';

type Job<N extends JobName> = (input: JobInput<N>, tools: JobTools) => JobOutput<N> | Promise<JobOutput<N>>;

/** Every job with where it is: loaded when it is first asked for, since most processes need few of them. */
const jobs: { readonly [N in JobName]: () => Promise<Job<N>> } = {
  'index-archive': async () => (await import('./indexArchive')).indexArchive,
  'read-blob': async () => (await import('./readBlob')).readBlob,
  'spool-archive': async () => (await import('./spoolArchive')).spoolArchive,
  'plain-layer': async () => (await import('./plainLayer')).plainLayer,
  'rebuild-index': async () => (await import('./readBlob')).rebuildIndex,
  'layer-tree': async () => (await import('../index/layerTree')).layerTree,
  'hash-files': async () => (await import('./hashFiles')).hashFiles,
  'scan-secrets': async () => (await import('./scanSecrets')).scanSecrets,
  'compare-trees': async () => (await import('../index/compareTrees')).compareLayerTrees,
  'analyze-layers': async () => (await import('../index/analyzeLayers')).analyzeLayers,
  'unfit-layers': async () => (await import('../index/unfitLayers')).unfitLayers,
  'duplicate-candidates': async () => (await import('../index/findDuplicates')).duplicateCandidates,
  'find-duplicates': async () => (await import('../index/findDuplicates')).findDuplicates,
  'compress-layer': async () => (await import('./compressLayer')).compressLayer,
  'write-archive': async () => (await import('./writeArchive')).writeArchive,
  'unpack-layer': async () => (await import('../mount/unpackLayer')).unpackLayer,
  'image-layer': async () => (await import('../mount/imageLayer')).imageLayer,
  'implied-directories': async () => (await import('../index/impliedDirectories')).findImplied,
  'implied-layer': async () => (await import('../mount/impliedLayer')).impliedLayer,
  'prove-layer': async () => (await import('../mount/proveLayer')).proveLayer,
  'try-images': async () => (await import('../mount/tryImages')).tryImages,
  'mount-overlay': async () => (await import('../mount/overlay')).mountOverlay,
  unmount: async () => (await import('../mount/overlay')).unmountTree,
  'freeze-overlay': async () => (await import('../mount/overlay')).freezeOverlay,
  'are-mounted': async () => (await import('../mount/overlay')).areMounted,
  'mounted-anywhere': async () => (await import('../mount/overlay')).mountedAnywhere,
  'list-mounts': async () => (await import('../mount/overlay')).listMounts,
  'sync-tree': async () => (await import('../mount/syncTree')).syncTree,
  'check-ready': async () => (await import('../mount/checkReady')).checkReady,
  'left-lists': async () => (await import('../mount/leftLists')).leftLists,
  'plain-marks': async () => (await import('../mount/plainMarks')).plainMarks,
  'stamp-tree': async () => (await import('../mount/treeStamp')).stampTree,
  'remove-tree': async () => (await import('../mount/removeTree')).removeTree,
  'list-directory': async () => (await import('../mount/browseTree')).listDirectory,
  'copy-out': async () => (await import('../mount/browseTree')).copyOut,
  'place-file': async () => (await import('../mount/placeFile')).placeFile,
  'resolve-inside': async () => (await import('../mount/resolveInside')).resolveInside,
  'place-mounts': async () => (await import('../mount/resolveInside')).placeMounts,
  'make-points': async () => (await import('../mount/mountPoints')).makePoints,
  'remove-empty': async () => (await import('../mount/mountPoints')).removeEmpty,
  'read-head': async () => (await import('../mount/browseTree')).readHead,
  'compare-contents': async () => (await import('../mount/browseTree')).compareMounted,
  'read-changes': async () => (await import('../mount/readChanges')).readChanges,
  'write-layer': async () => (await import('../commit/writeLayer')).writeLayer,
  'divide-upper': async () => (await import('../commit/divideUpper')).divideUpper,
  'make-directory-like': async () => (await import('../commit/divideUpper')).makeDirectoryLike,
  'merge-layers': async () => (await import('../commit/mergeLayers')).mergeLayers,
  'copy-part': async () => (await import('../commit/copyPart')).copyPart,
  'merge-tree': async () => (await import('../mount/mergeTree')).mergeTree,
  'plan-rewrite': async () => (await import('../commit/rewriteJobs')).planRewrite,
  'prove-rewrite': async () => (await import('../commit/rewriteJobs')).proveRewrite,
  'filter-layer': async () => (await import('../commit/filterLayer')).filterLayer,
  'guide-step': async () => (await import('../mount/guide')).guideStep,
};

/** Runs a job on the calling thread; most hold it until they end. Throws what the job throws. */
export async function runJob<N extends JobName>(
  name: N,
  input: JobInput<N>,
  tools: JobTools,
): Promise<JobOutput<N>> {
  const job = await jobs[name]();
  return job(input, tools);
}
