import { counted } from '../counted';
import { groupDigits } from '../format';

interface Counted {
  readonly count: number;
}
interface HeldByContainers extends Counted {
  readonly name: string;
  readonly more: number;
}
interface Named {
  readonly name: string;
}

/** Messages of the inspector, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const inspector = {
  // nothing selected
  'inspector.nothing': ['Nothing selected', '未选中任何内容'],
  'inspector.nothing.hint': [
    'Choose an image or a layer to see what it is made of. Hold Ctrl to choose several images.',
    '选中一个镜像或一层，查看其构成。按住 Ctrl 可选中多个镜像。',
  ],
  'inspector.store': ['In the store', '仓库概况'],
  'inspector.images': ['Images', '镜像'],
  'inspector.layers': ['Layers', '层'],
  'inspector.onDisk': ['On disk', '占用磁盘'],
  'inspector.saved': ['Saved by sharing', '共享节省'],

  // one image
  'inspector.reading': ['Reading the details', '正在读取详情'],
  'inspector.tag': ['Add a name…', '添加名称…'],
  'inspector.save': ['Save…', '导出…'],
  'inspector.delete': ['Delete…', '删除…'],
  'inspector.more': ['More actions', '更多操作'],
  'inspector.name': [({ name }: Named) => `Name ${name}`, ({ name }: Named) => `名称 ${name}`],
  'inspector.name.copy': ['Copy the name', '复制名称'],
  'inspector.name.rename': ['Rename…', '重命名…'],
  'inspector.name.save': ['Save only this name…', '仅以此名称导出…'],
  'inspector.name.remove': ['Remove the name', '移除名称'],
  'inspector.noName': ['This image has no name', '该镜像没有名称'],
  'inspector.id': ['ID', 'ID'],
  'inspector.digest': ['Digest', 'digest'],
  'inspector.created': ['Created', '创建于'],
  'inspector.platform': ['Platform', '平台'],
  'inspector.layer.encrypted': ['Encrypted: readable with its key alone', '已加密：仅凭密钥可读'],
  'inspector.layer.elsewhere': ['Not in this store', '不在此仓库中'],
  'inspector.platforms': ['Platforms', '平台'],
  'inspector.platforms.count': [
    ({ count }: Counted) => `1 of ${groupDigits(count)}`,
    ({ count }: Counted) => `共 ${groupDigits(count)} 个平台`,
  ],
  'inspector.platforms.of': [
    ({ platform, count }: { platform: string; count: number }) =>
      `Platform ${platform}, one of ${groupDigits(count)}: choose another`,
    ({ platform, count }: { platform: string; count: number }) =>
      `平台 ${platform}，共 ${groupDigits(count)} 个，可切换`,
  ],
  'inspector.platforms.absent': [
    ({ count }: Counted) => `${counted(count, 'platform')} not in this store`,
    ({ count }: Counted) => `另有 ${groupDigits(count)} 个平台不在仓库中`,
  ],
  'inspector.artifacts': ['Kept with it', '附带内容'],
  'inspector.artifact.attestation': ['Attestation', '证明'],
  'inspector.artifact.signature': ['Signature', '签名'],
  'inspector.artifact.artifact': ['Artifact', '制品'],
  'inspector.artifact.attestation.parts': [
    ({ count }: Counted) => counted(count, 'statement'),
    ({ count }: Counted) => `${groupDigits(count)} 条声明`,
  ],
  'inspector.artifact.signature.parts': [
    ({ count }: Counted) => counted(count, 'part'),
    ({ count }: Counted) => `${groupDigits(count)} 个部分`,
  ],
  'inspector.artifact.artifact.parts': [
    ({ count }: Counted) => counted(count, 'file'),
    ({ count }: Counted) => `${groupDigits(count)} 个文件`,
  ],
  'inspector.builtOn': ['Built on', '基于'],
  'inspector.builtOn.layers': [
    ({ count }: Counted) => `+ ${counted(count, 'layer')}`,
    ({ count }: Counted) => `+ ${groupDigits(count)} 层`,
  ],
  'inspector.author': ['Author', '作者'],
  'inspector.comment': ['Comment', '备注'],
  'inspector.docker': ['Made with', '制作工具'],
  'inspector.docker.version': [
    ({ version }: { version: string }) => `Docker ${version}`,
    ({ version }: { version: string }) => `Docker ${version}`,
  ],
  'inspector.copy.id': ['Copy the image ID', '复制镜像 ID'],
  'inspector.copy.digest': ['Copy the manifest digest', '复制 manifest digest'],
  'inspector.copy.chainId': ['Copy the chain ID', '复制 chain ID'],
  'inspector.copy.diffId': ['Copy the diff ID', '复制 diff ID'],
  'inspector.copy.blob': ['Copy the blob digest', '复制 blob digest'],
  'inspector.copy.command': ['Copy the command', '复制命令'],
  'inspector.copy.env': ['Copy the environment', '复制环境变量'],
  'inspector.copy.labels': ['Copy the labels', '复制标签'],
  'inspector.copy.value': ['Copy the value', '复制内容'],
  'inspector.copy.path': ['Copy the path', '复制路径'],

  // sizes
  'inspector.size': ['Size', '大小'],
  'inspector.shared': ['Shared', '共享'],
  'inspector.shared.with': [
    ({ count }: Counted) => `with ${counted(count, 'image')}`,
    ({ count }: Counted) => `与 ${groupDigits(count)} 个镜像`,
  ],
  'inspector.unique': ['Unique', '独有'],
  'inspector.unique.freed': ['freed by deleting', '删除即释放'],
  'inspector.unique.frees': [
    ({ size }: { size: string }) => `deleting frees ${size}`,
    ({ size }: { size: string }) => `删除可释放 ${size}`,
  ],
  'inspector.unique.along': [
    ({ count }: { count: number }) =>
      count === 1
        ? 'Another platform of the same index goes with it'
        : `${groupDigits(count)} other platforms of the same index go with it`,
    ({ count }: { count: number }) => `同一索引的另外 ${groupDigits(count)} 个平台会一并删除`,
  ],
  'inspector.unique.kept': [
    ({ name, more }: { name: string; more: number }) =>
      more === 0 ? `kept by container ${name}` : `kept by container ${name} and ${more} more`,
    ({ name, more }: { name: string; more: number }) =>
      more === 0 ? `由容器 ${name} 保留` : `由容器 ${name} 等 ${more + 1} 个容器保留`,
  ],
  'inspector.unpacked': ['Unpacked', '解包后'],
  'inspector.unpacked.hint': [
    'Bytes of all layers as uncompressed tar archives',
    '所有层作为未压缩 tar 的字节数',
  ],
  'inspector.size.bar': [
    ({ shared, unique }: { shared: string; unique: string }) => `${shared} shared, ${unique} unique`,
    ({ shared, unique }: { shared: string; unique: string }) => `共享 ${shared}，独有 ${unique}`,
  ],

  // history
  'inspector.history': ['History', '历史'],
  'inspector.history.count': [
    ({ layers, empty }: { layers: number; empty: number }) =>
      empty === 0 ? counted(layers, 'layer') : `${counted(layers, 'layer')}, ${counted(empty, 'empty step')}`,
    ({ layers, empty }: { layers: number; empty: number }) =>
      empty === 0 ? `${groupDigits(layers)} 层` : `${groupDigits(layers)} 层，${empty} 个空步骤`,
  ],
  'inspector.history.none': ['No layers and no history', '没有层，也没有历史'],
  'inspector.history.empty': ['Empty step, changed no files', '空步骤，未改动文件'],
  'inspector.showAll': [
    ({ count }: Counted) => `Show all ${count}`,
    ({ count }: Counted) => `显示全部 ${count} 项`,
  ],
  'inspector.showMore': [
    ({ count, all }: Counted & { all: number }) => `Show ${groupDigits(count)} more of ${groupDigits(all)}`,
    ({ count, all }: Counted & { all: number }) =>
      `再显示 ${groupDigits(count)} 项，共 ${groupDigits(all)} 项`,
  ],
  'inspector.showFewer': ['Show fewer', '收起'],
  'inspector.showWhole': ['Show the whole text', '显示全文'],
  'inspector.showLess': ['Show less', '收起'],

  // config
  'inspector.config': ['Config', '配置'],
  'inspector.config.none': ['Nothing is set', '未设置任何内容'],
  'inspector.cmd': ['Cmd', 'CMD'],
  'inspector.entrypoint': ['Entrypoint', 'ENTRYPOINT'],
  'inspector.workdir': ['Workdir', '工作目录'],
  'inspector.user': ['User', '用户'],
  'inspector.ports': ['Ports', '端口'],
  'inspector.volumes': ['Volumes', '卷'],
  'inspector.stopSignal': ['Stop signal', '停止信号'],
  'inspector.healthcheck': ['Health', '健康检查'],
  'inspector.env': ['Env', '环境变量'],
  'inspector.env.count': [
    ({ count }: Counted) => counted(count, 'variable'),
    ({ count }: Counted) => `${groupDigits(count)} 个变量`,
  ],
  'inspector.labels': ['Labels', '标签'],
  'inspector.labels.count': [
    ({ count }: Counted) => counted(count, 'label'),
    ({ count }: Counted) => `${groupDigits(count)} 个标签`,
  ],
  'inspector.emptyValue': ['empty', '空'],

  // sharing
  'inspector.sharing': ['Shares with', '与之共享'],
  'inspector.sharing.none': ['Shares nothing with another image', '未与其他镜像共享内容'],
  'inspector.sharing.rest': [
    ({ count }: Counted) => `and ${counted(count, 'more image that shares', 'more images that share')} less`,
    ({ count }: Counted) => `另有 ${groupDigits(count)} 个共享较少的镜像`,
  ],

  // documents
  'inspector.documents': ['Documents', '文档'],
  'inspector.documents.config': ['Config', '配置'],
  'inspector.documents.manifest': ['Manifest', 'manifest'],
  'inspector.documents.inspect': ['Inspect', '检查输出'],
  'inspector.documents.copy': ['Copy the document', '复制文档'],
  'inspector.documents.large': ['Open large', '放大查看'],
  'inspector.documents.cut': ['The beginning; open it large to see all', '仅显示开头，放大可查看全部'],
  'inspector.documents.title': [
    ({ name, document }: { name: string; document: string }) => `${name}: ${document}`,
    ({ name, document }: { name: string; document: string }) => `${name}：${document}`,
  ],

  // several images
  'inspector.several': [
    ({ count }: Counted) => `${counted(count, 'image')} selected`,
    ({ count }: Counted) => `已选 ${groupDigits(count)} 个镜像`,
  ],
  'inspector.several.clear': ['Clear the selection', '取消选择'],
  'inspector.together': ['Together on disk', '合计占用磁盘'],
  'inspector.together.elsewhere': ['Together', '合计'],
  'inspector.oneByOne': ['counted one by one', '逐个相加'],
  'inspector.onlyInThese': ['Only in these', '仅用于所选'],
  'inspector.alsoOthers': [
    ({ count }: Counted) => (count === 1 ? 'Also used by 1 other' : `Also used by ${count} others`),
    ({ count }: Counted) => `另有 ${groupDigits(count)} 个镜像使用`,
  ],
  'inspector.heldByContainers': [
    ({ count, name, more }: HeldByContainers) => {
      const kept = more === 0 ? name : `${name}, and ${more} more`;
      if (count === 0) return `Kept by ${kept}`;
      return `Also used by ${count === 1 ? '1 other' : `${count} others`}, kept by ${kept}`;
    },
    ({ count, name, more }: HeldByContainers) => {
      const kept = more === 0 ? `由${name}保留` : `由${name} 等保留，另有 ${groupDigits(more)} 个`;
      return count === 0 ? kept : `另有 ${groupDigits(count)} 个镜像使用，${kept}`;
    },
  ],
  'inspector.heldElsewhere': [
    'Kept for what can be put back or for a workspace',
    '为可恢复的内容或工作区保留',
  ],
  'inspector.together.bar': [
    ({ unique, shared, saved }: { unique: string; shared: string; saved: string }) =>
      `${unique} only in these, ${shared} also used by others, ${saved} saved by sharing`,
    ({ unique, shared, saved }: { unique: string; shared: string; saved: string }) =>
      `仅用于所选 ${unique}，其他镜像也在用 ${shared}，共享节省 ${saved}`,
  ],
  'inspector.layers.inSelection': [
    ({ count }: Counted) => `${count} in selection`,
    ({ count }: Counted) => `所选共 ${groupDigits(count)} 层`,
  ],
  'inspector.imageCount': [
    ({ count }: Counted) => counted(count, 'image'),
    ({ count }: Counted) => `${groupDigits(count)} 个镜像`,
  ],
  'inspector.saveCount': [
    ({ count }: Counted) => `Save ${count}`,
    ({ count }: Counted) => `导出 ${groupDigits(count)} 个`,
  ],
  'inspector.deletePlain': ['Delete', '删除'],

  // one layer
  'inspector.layer': ['Layer', '层'],
  'inspector.run': [
    ({ count }: Counted) => `${counted(count, 'folded layer')}`,
    ({ count }: Counted) => `折叠的 ${groupDigits(count)} 层`,
  ],
  'inspector.run.note': [
    'One chip stands for a run of layers without a branch or a name. Choose one to see it alone.',
    '一个方块代表一段没有分支和名称的层。选择其中一层可单独查看。',
  ],
  'inspector.layer.sharing': ['Select the images that share it', '选中共享它的镜像'],
  'inspector.chainId': ['Chain ID', 'chain ID'],
  'inspector.diffId': ['Diff ID', 'diff ID'],
  'inspector.blob': ['Blob', 'blob'],
  'inspector.parent': ['Parent', '父层'],
  'inspector.parent.none': ['none, this is the base', '无，这是最底层'],
  'inspector.layer.chain': ['With all below', '含以下各层'],
  'inspector.layer.forms': [
    ({ count }: Counted) => `Stored in ${counted(count, 'form')}`,
    ({ count }: Counted) => `以 ${groupDigits(count)} 种形式存储`,
  ],
  'inspector.layer.content': ['Files hold', '文件内容'],
  'inspector.layer.entries': ['Entries', '条目'],
  'inspector.layer.sharedBy': [
    ({ count }: Counted) => (count === 1 ? 'Used by 1 image' : `Shared by ${count} images`),
    ({ count }: Counted) => (count === 1 ? '用于 1 个镜像' : `由 ${groupDigits(count)} 个镜像共享`),
  ],
  'inspector.layer.saves': [
    ({ size }: { size: string }) => `stored once, saves ${size}`,
    ({ size }: { size: string }) => `只存一份，节省 ${size}`,
  ],
  'inspector.layer.command': ['Command', '命令'],
  'inspector.layer.noCommand': ['No step was recorded for this layer', '未记录生成该层的步骤'],
  'inspector.layer.then': [
    ({ count }: Counted) => `Then ${counted(count, 'empty step')}`,
    ({ count }: Counted) => `随后 ${groupDigits(count)} 个空步骤`,
  ],
  'inspector.layer.stepsDiffer': [
    ({ count }: Counted) =>
      count === 0
        ? 'The empty steps after it differ by image: the history of each image has its own'
        : 'Which empty steps follow differs by image: the history of each image has its own',
    ({ count }: Counted) =>
      count === 0
        ? '其后的空步骤因镜像而异，请查看各镜像自己的历史'
        : '再往后的空步骤因镜像而异，请查看各镜像自己的历史',
  ],
  'inspector.layer.factDiffers': ['differs by image', '因镜像而异'],
  'inspector.layer.others': [
    ({ count }: Counted) =>
      count === 1
        ? 'One image says that it was made by'
        : `${groupDigits(count)} images say that it was made by`,
    ({ count }: Counted) => `${groupDigits(count)} 个镜像称其生成命令为`,
  ],
  'inspector.layer.largest': ['Largest files', '最大的文件'],
  'inspector.layer.noFiles': ['Holds no files', '不含文件'],
  'inspector.compression': [
    ({ name, size }: { name: string; size: string }) => `${name === 'none' ? 'uncompressed' : name}, ${size}`,
    ({ name, size }: { name: string; size: string }) => `${name === 'none' ? '未压缩' : name}，${size}`,
  ],
} as const;
