import type { Command } from './command';

/** One line for each command; the command itself is loaded when it is called. */
export const summaries = {
  load: ['Load images from an archive, a layout or standard input', '从归档、布局或标准输入载入镜像'],
  save: ['Save images to an archive', '把镜像导出为归档'],
  images: ['List images', '列出镜像'],
  tag: ['Give an image a further name', '给镜像添加名称'],
  untag: ['Take a name away; the image stays', '移除名称，保留镜像'],
  rmi: ['Remove images and free what nothing needs', '删除镜像并释放不再需要的空间'],
  prune: ['Remove dangling images', '删除悬空镜像'],
  gc: ['Free what no image needs', '释放没有镜像需要的内容'],
  df: ['Show what images, workspaces and caches take on disk', '显示镜像、工作区和缓存占用的磁盘空间'],
  fsck: ['Verify the store', '校验仓库'],
  inspect: ['Show all there is to know of an image or a layer', '显示镜像或层的全部信息'],
  history: ['Show how an image was made', '显示镜像的构建历史'],
  ls: ['List files of an image or a layer', '列出镜像或层中的文件'],
  cat: ['Print a file of an image', '输出镜像中的文件'],
  find: ['Find paths in all layers', '在所有层中查找路径'],
  diff: ['Compare two images: layers, config, files', '比较两个镜像的层、配置和文件'],
  analyze: ['Show how much of an image is seen, and what is wasted', '分析镜像中可见与浪费的内容'],
  duplicates: ['Find equal files in different layers', '查找不同层中的相同文件'],
  graph: ['Print the layer graph as JSON', '以 JSON 输出层图谱'],
  tree: ['Print images as a tree, as dockviz does', '以树形输出镜像，与 dockviz 相同'],
  dot: ['Print images in Graphviz’s language, as dockviz does', '以 Graphviz 语言输出镜像，与 dockviz 相同'],
  short: ['Print repositories with their tags, as dockviz does', '输出各仓库及其标签，与 dockviz 相同'],
  sources: ['List where images are: the store, Docker, Podman', '列出镜像所在之处：仓库、Docker、Podman'],
  mount: ['Mount an image read-only, or list mounts', '以只读方式挂载镜像或列出挂载'],
  umount: ['Unmount images', '卸载镜像'],
  workspace: ['Make, list, compare and remove workspaces', '创建、列出、比较和删除工作区'],
  commit: ['Make an image of a workspace', '把工作区提交为镜像'],
  run: ['Run a command in an image or a workspace', '在镜像或工作区中运行命令'],
  squash: ['Merge layers of an image into one', '把镜像的多层合并为一层'],
  rewrite: ['Take paths out of every layer of an image', '从镜像的每一层中移除路径'],
  import: [
    'Make an image from a tarball or folder of a root filesystem',
    '用根文件系统的 tar 归档或目录生成镜像',
  ],
  export: [
    'Write the root filesystem of an image or a workspace as a tarball',
    '把镜像或工作区的根文件系统导出为 tar 归档',
  ],
  limits: ['List the limits on untrusted input', '列出对不可信输入的限制'],
  completion: ['Print a completion script for bash or zsh', '输出 bash 或 zsh 的补全脚本'],
} as const satisfies Readonly<Record<string, readonly [en: string, zh: string]>>;

export const commandNames = Object.keys(summaries) as readonly (keyof typeof summaries)[];

const loaders: { readonly [N in keyof typeof summaries]: () => Promise<Command> } = {
  load: async () => (await import('./commands/load')).load,
  save: async () => (await import('./commands/save')).save,
  images: async () => (await import('./commands/images')).images,
  tag: async () => (await import('./commands/tag')).tag,
  untag: async () => (await import('./commands/untag')).untag,
  rmi: async () => (await import('./commands/rmi')).rmi,
  prune: async () => (await import('./commands/prune')).prune,
  gc: async () => (await import('./commands/gc')).gc,
  df: async () => (await import('./commands/df')).df,
  fsck: async () => (await import('./commands/fsck')).fsck,
  inspect: async () => (await import('./commands/inspect')).inspect,
  history: async () => (await import('./commands/history')).history,
  ls: async () => (await import('./commands/ls')).ls,
  cat: async () => (await import('./commands/cat')).cat,
  find: async () => (await import('./commands/find')).find,
  diff: async () => (await import('./commands/diff')).diff,
  analyze: async () => (await import('./commands/analyze')).analyze,
  duplicates: async () => (await import('./commands/duplicates')).duplicates,
  graph: async () => (await import('./commands/graph')).graph,
  tree: async () => (await import('./commands/dockviz')).tree,
  dot: async () => (await import('./commands/dockviz')).dot,
  short: async () => (await import('./commands/dockviz')).short,
  sources: async () => (await import('./commands/sources')).sources,
  mount: async () => (await import('./commands/mount')).mount,
  umount: async () => (await import('./commands/umount')).umount,
  workspace: async () => (await import('./commands/workspace')).workspace,
  commit: async () => (await import('./commands/commit')).commit,
  run: async () => (await import('./commands/run')).run,
  squash: async () => (await import('./commands/squash')).squash,
  rewrite: async () => (await import('./commands/rewrite')).rewrite,
  import: async () => (await import('./commands/import')).importCommand,
  export: async () => (await import('./commands/export')).exportCommand,
  limits: async () => (await import('./commands/limits')).limits,
  completion: async () => (await import('./commands/completion')).completion,
};

/** The command of that name, or null. */
export async function loadCommand(name: string): Promise<Command | null> {
  return Object.hasOwn(loaders, name) ? loaders[name as keyof typeof loaders]() : null;
}
