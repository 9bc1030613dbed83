import { counted } from '../counted';
import { groupDigits } from '../format';

interface Named {
  readonly name: string;
}
interface Counted {
  readonly count: number;
}

interface SaveHow {
  readonly how: string;
  readonly format: string;
}

/** Messages of the dialogs, English and Simplified Chinese side by side; see `../catalogue.ts`. */
/** Where something is taken out of, in Chinese: a space stands beside names alone. */
const fromPlace = (place: string | null): string => (place === null ? '从仓库' : `从 ${place} `);

interface NameMoveFacts {
  readonly name: string;
  /** The image that has it now, and the one that takes it ('' for one that is to be made). */
  readonly from: string;
  readonly to: string;
  readonly dangling: boolean;
  /** Names that the holder keeps. */
  readonly others: string;
}

export const dialog = {
  'dialog.more': [
    ({ count }: Counted) => `and ${count} more`,
    ({ count }: Counted) => `另有 ${groupDigits(count)} 个`,
  ],

  // tag and rename
  'dialog.tag.title': [
    ({ name }: Named) => `Add a name to ${name}`,
    ({ name }: Named) => `为 ${name} 添加名称`,
  ],
  'dialog.tag.add': ['Add the name', '添加名称'],
  'dialog.tag.move': ['Move the name here', '将名称移到这里'],
  'dialog.rename.title': [({ name }: Named) => `Rename ${name}`, ({ name }: Named) => `重命名 ${name}`],
  'dialog.rename.do': ['Rename', '重命名'],
  'dialog.name.field': ['Name', '名称'],
  'dialog.name.hint': [
    ({ name }: Named) => `Repository and tag, for example ${name}`,
    ({ name }: Named) => `仓库名和标签，例如 ${name}`,
  ],
  'dialog.name.full': [({ name }: Named) => `In full: ${name}`, ({ name }: Named) => `完整名称：${name}`],
  'dialog.name.unchanged': ['This is the name it has now', '名称没有变化'],
  'dialog.name.has': ['The image has this name already', '该镜像已有这个名称'],
  'dialog.name.moves': [
    ({ name, from, dangling, others, to }: NameMoveFacts) =>
      (dangling
        ? `${name} is the only name of another image (${from}); that image would be dangling.`
        : `${name} names another image now (${from}), which keeps ${others}.`) +
      (to === '' ? '' : ` It would name ${to}.`),
    ({ name, from, dangling, others, to }: NameMoveFacts) =>
      (dangling
        ? `${name} 是另一个镜像（${from}）唯一的名称；移走后该镜像将悬空。`
        : `${name} 目前指向另一个镜像（${from}），那个镜像会保留 ${others}。`) +
      (to === '' ? '' : `此名称将指向 ${to}。`),
  ],
  'dialog.name.aged': [
    ({ id, age }: { id: string; age: string }) => `${id}, ${age}`,
    ({ id, age }: { id: string; age: string }) => `${id}，${age}`,
  ],
  'dialog.name.others': [
    ({ names, more }: { names: string; more: number }) =>
      more === 0 ? `${names}` : `${names} and ${groupDigits(more)} more`,
    ({ names, more }: { names: string; more: number }) =>
      more === 0 ? `${names}` : `${names} 和另外 ${groupDigits(more)} 个名称`,
  ],
  'dialog.name.names': ['Names it has', '现有名称'],
  'dialog.gone': ['The image is no longer in the store.', '该镜像已不在仓库中。'],

  // remove and prune
  'dialog.remove.title': [
    ({ images, name, place }: { images: number; name: string; place: string | null }) =>
      `Delete ${images === 1 ? name : counted(images, 'image')} from ${place ?? 'the store'}`,
    ({ images, name, place }: { images: number; name: string; place: string | null }) =>
      `${fromPlace(place)}删除${images === 1 ? ` ${name}` : ` ${groupDigits(images)} 个镜像`}`,
  ],
  'dialog.remove.titleNames': [
    ({ names, name, place }: { names: number; name: string; place: string | null }) =>
      `Remove ${names === 1 ? `the name ${name}` : counted(names, 'name')} from ${place ?? 'the store'}`,
    ({ names, name, place }: { names: number; name: string; place: string | null }) =>
      `${fromPlace(place)}移除${names === 1 ? `名称 ${name}` : ` ${names} 个名称`}`,
  ],
  'dialog.remove.button': [
    ({ images, names }: { images: number; names: number }) =>
      images === 0
        ? `Remove ${counted(names, 'name')}`
        : names === 0
          ? `Delete ${counted(images, 'image')}`
          : `Delete ${counted(images, 'image')}, remove ${counted(names, 'name')}`,
    ({ images, names }: { images: number; names: number }) =>
      images === 0
        ? `移除 ${names} 个名称`
        : names === 0
          ? `删除 ${groupDigits(images)} 个镜像`
          : `删除 ${groupDigits(images)} 个镜像，移除 ${names} 个名称`,
  ],
  'dialog.remove.plain': ['Delete', '删除'],
  'dialog.remove.nothing': ['There is nothing left to delete', '已没有可删除的内容'],
  'dialog.remove.reading': ['Working out what would be freed', '正在计算可释放的空间'],
  'dialog.remove.goes': ['Images that go', '将删除的镜像'],
  'dialog.remove.also': [
    ({ names }: { names: string }) => `also named ${names}`,
    ({ names }: { names: string }) => `又名 ${names}`,
  ],
  'dialog.remove.names': ['Names that go; their images stay', '将移除的名称（镜像保留）'],
  'dialog.remove.together': [
    ({ count }: Counted) =>
      count === 1
        ? 'One of them was not selected: it is another platform of the same multi-platform image.'
        : `${count} of them were not selected: they are other platforms of the same multi-platform image.`,
    ({ count }: Counted) => `其中 ${groupDigits(count)} 个并未选中：它们是同一多平台镜像的其他平台。`,
  ],
  'dialog.remove.layers': ['Layers that go', '将释放的层'],
  'dialog.remove.rest': [
    ({ more }: { more: boolean }) =>
      more ? 'Further layers, configs and manifests' : 'Configs and manifests',
    ({ more }: { more: boolean }) => (more ? '其余层、config 和 manifest' : 'config 和 manifest'),
  ],
  'dialog.remove.stays': ['Stays, and who holds it', '保留的内容及其使用者'],
  'dialog.remove.staysNothing': [
    'Nothing. No other image needs any of it.',
    '无。其他镜像都不需要这些内容。',
  ],
  'dialog.remove.holders': [
    ({ name, more }: { name: string; more: number }) => (more === 0 ? name : `${name}, and ${more} more`),
    ({ name, more }: { name: string; more: number }) => (more === 0 ? name : `${name} 等，另有 ${more} 个`),
  ],
  'dialog.remove.freed': ['freed, exactly', '将释放，精确值'],
  'dialog.remove.keptFor': [
    ({ name }: { name: string }) =>
      `Nothing is freed as long as ${name} is here: it is not whole, so that nobody knows what it needs. Load it again, or remove it.`,
    ({ name }: { name: string }) =>
      `只要 ${name} 还在就不释放空间：它不完整，无法得知它需要什么。请重新载入或删除它。`,
  ],
  'dialog.remove.freedNothing': ['Nothing is freed', '不释放空间'],
  'dialog.remove.bytes': ['bytes', '字节'],
  'dialog.remove.store': [
    ({ before, after }: { before: string; after: string }) => `Store ${before} → ${after}`,
    ({ before, after }: { before: string; after: string }) => `仓库 ${before} → ${after}`,
  ],
  'dialog.remove.bar': [
    ({ freed, size }: { freed: string; size: string }) => `Frees ${freed}; ${size} stays`,
    ({ freed, size }: { freed: string; size: string }) => `释放 ${freed}，保留 ${size}`,
  ],
  'dialog.remove.held': [
    (f: { name: string; users: string }) => `${f.name} is in use: ${f.users}.`,
    (f: { name: string; users: string }) => `${f.name} 正在使用中：${f.users}。`,
  ],
  'dialog.remove.held.first': ['Remove the workspace or unmount the image first', '请先删除工作区或卸载镜像'],
  'dialog.remove.held.workspace': [
    ({ name }: { name: string }) => `Remove the workspace ${name}…`,
    ({ name }: { name: string }) => `删除工作区 ${name}…`,
  ],
  'dialog.remove.held.unmount': [
    ({ images }: { images: number }) => `Unmount and delete ${counted(images, 'image')}`,
    ({ images }: { images: number }) => `卸载并删除 ${groupDigits(images)} 个镜像`,
  ],
  'dialog.remove.back': [
    ({ minutes }: { minutes: number }) =>
      `Ctrl+Z or Operations puts it back for ${counted(minutes, 'minute')}; then its bytes are free, and only loading brings it back.`,
    ({ minutes }: { minutes: number }) =>
      `${minutes} 分钟内可用 Ctrl+Z 或在“操作”中恢复；之后释放空间，只有重新载入才能恢复。`,
  ],
  'dialog.prune.title': [
    ({ place }: { place: string | null }) => `Prune dangling images from ${place ?? 'the store'}`,
    ({ place }: { place: string | null }) => `${fromPlace(place)}清理悬空镜像`,
  ],
  'dialog.prune.button': [
    ({ images }: { images: number }) => `Delete ${counted(images, 'dangling image')}`,
    ({ images }: { images: number }) => `删除 ${groupDigits(images)} 个悬空镜像`,
  ],
  'dialog.prune.used': ['Every dangling image is in use.', '所有悬空镜像都在使用中。'],
  'dialog.prune.stays': [
    (f: { name: string; users: string }) => `${f.name} stays: it is in use by ${f.users}.`,
    (f: { name: string; users: string }) => `${f.name} 保留：正被 ${f.users} 使用。`,
  ],
  'dialog.prune.nothing': [
    'No image is dangling: every image in the store has a name.',
    '没有悬空镜像：仓库中的每个镜像都有名称。',
  ],

  // save
  'dialog.save.title': [
    ({ images, name }: { images: number; name: string }) =>
      images === 1 ? `Save ${name}` : `Save ${counted(images, 'image')}`,
    ({ images, name }: { images: number; name: string }) =>
      images === 1 ? `导出 ${name}` : `导出 ${groupDigits(images)} 个镜像`,
  ],
  'dialog.save.format': ['Format', '格式'],
  'dialog.save.docker': ['Docker archive', 'Docker 归档'],
  'dialog.save.docker.hint': [
    'As docker save writes it, layers uncompressed; Docker, Podman and skopeo load it',
    '与 docker save 相同，层不压缩；Docker、Podman 等均可载入',
  ],
  'dialog.save.oci': ['OCI archive', 'OCI 归档'],
  'dialog.save.oci.hint': [
    'Layers and manifests byte for byte as stored, all platforms; Podman, skopeo and Docker 25 or later load it',
    '层与 manifest 逐字节保持原样，含所有平台；Podman 和 Docker 25 及以上可载入',
  ],
  'dialog.save.compression': ['Layers', '层的压缩'],
  'dialog.save.compression.kept': ['As stored', '保持原样'],
  'dialog.save.compression.none': ['Plain', '不压缩'],
  'dialog.save.compression.hint': [
    ({ how, format }: SaveHow) =>
      how === 'kept' && format === 'docker-archive'
        ? 'A Docker archive holds them uncompressed.'
        : how === 'kept'
          ? 'Blobs and manifests keep their bytes.'
          : 'Written anew; the image ID stays the same.',
    ({ how, format }: SaveHow) =>
      how === 'kept' && format === 'docker-archive'
        ? 'Docker 归档中的层不压缩。'
        : how === 'kept'
          ? 'blob 与 manifest 逐字节保持不变。'
          : '重新写出，镜像 ID 不变。',
  ],
  'dialog.save.has': ['The target already has…', '目标已有的镜像…'],
  'dialog.save.has.hint': [
    'Layers of what is ticked are left out. The file then loads only where they are.',
    '将省略所勾选内容中的层，文件只能在已有这些层的地方载入。',
  ],
  'dialog.save.has.file': ['Add an archive or a list of layers…', '添加归档或层列表…'],
  'dialog.save.left': ['Left out', '省略'],
  'dialog.save.left.layers': [
    ({ layers, bytes }: { layers: number; bytes: string }) => `${counted(layers, 'layer')}, ${bytes}`,
    ({ layers, bytes }: { layers: number; bytes: string }) => `${groupDigits(layers)} 层，${bytes}`,
  ],
  'dialog.save.before': ['before compression', '压缩前'],
  'dialog.save.names': ['Names', '名称'],
  'dialog.save.layers': ['Layers', '层'],
  'dialog.save.layers.once': [
    ({ layers, all }: { layers: number; all: number }) =>
      layers < all ? `${layers}, shared ones once (${all} counted image by image)` : `${layers}`,
    ({ layers, all }: { layers: number; all: number }) =>
      layers < all ? `${layers}，共享的层只写一次（逐个镜像计为 ${all}）` : `${layers}`,
  ],
  'dialog.save.size': ['File size', '文件大小'],
  'dialog.save.platforms': [
    (f: { name: string; platform: string; others: string }) =>
      `A docker-archive holds one platform. Of ${f.name} it is ${f.platform}; ${f.others} will be left out. An OCI archive keeps all.`,
    (f: { name: string; platform: string; others: string }) =>
      `Docker 归档只含一个平台。${f.name} 写出的是 ${f.platform}，不含 ${f.others}。OCI 归档保留全部平台。`,
  ],
  'dialog.save.nameOnce': [
    (f: { name: string; platform: string; others: string }) =>
      `A docker-archive gives a name to one image. ${f.name} will be that of ${f.platform}; ${f.others} will be in it without this name. An OCI archive keeps all under it.`,
    (f: { name: string; platform: string; others: string }) =>
      `Docker 归档中一个名称只属于一个镜像。${f.name} 将属于 ${f.platform}；${f.others} 也会写入，但没有此名称。OCI 归档则全部以此名称保留。`,
  ],
  'dialog.save.nameLeft': [
    (f: { name: string }) =>
      `A Docker archive takes no name like “${f.name}”: the image will be in it without that name. OCI archives keep it.`,
    (f: { name: string }) =>
      `Docker 归档不接受“${f.name}”这样的名称：镜像会在其中，但没有此名称。OCI 归档会保留。`,
  ],
  'dialog.save.referrers': [
    ({ count }: { count: number }) =>
      `${counted(count, 'signature or other artifact', 'signatures or other artifacts')} will be left out: layers that are compressed anew make another manifest than the one that was signed. Layers as they are keep all.`,
    ({ count }: { count: number }) =>
      `将不含 ${groupDigits(count)} 个签名或其他附件：重新压缩各层会产生与所签名的不同的 manifest。各层保持原样则全部保留。`,
  ],
  'dialog.save.referrersNoRoom': [
    ({ count }: { count: number }) =>
      `${counted(count, 'signature or other artifact', 'signatures or other artifacts')} will be left out: a docker-archive has no room for any. An OCI archive keeps all.`,
    ({ count }: { count: number }) =>
      `将不含 ${groupDigits(count)} 个签名或其他附件：Docker 归档无法容纳。OCI 归档会全部保留。`,
  ],
  'dialog.save.unnamed': [
    'An image without a name is saved without one: it is loaded as a dangling image.',
    '没有名称的镜像导出后同样没有名称，载入时为悬空镜像。',
  ],
  'dialog.save.reading': ['Working out the size of the file', '正在计算文件大小'],
  'dialog.save.button': ['Choose where to save…', '选择保存位置…'],

  // raw
  'dialog.raw.copy': ['Copy the text', '复制文本'],
  'dialog.raw.wrap': ['Wrap long lines', '自动换行'],
  'dialog.raw.pretty': [
    'Line breaks are added for reading. What is copied has the bytes as stored.',
    '为便于阅读已添加换行；复制得到的是原始内容。',
  ],

  // preferences
  'dialog.preferences.title': ['Preferences', '偏好设置'],
  'dialog.preferences.theme': ['Theme', '主题'],
  'dialog.preferences.theme.system': ['System', '跟随系统'],
  'dialog.preferences.theme.light': ['Light', '浅色'],
  'dialog.preferences.theme.dark': ['Dark', '深色'],
  'dialog.preferences.language': ['Language', '语言'],
  'dialog.preferences.language.system': ['System', '跟随系统'],
  'dialog.preferences.density': ['Rows', '行距'],
  'dialog.preferences.density.regular': ['Regular', '标准'],
  'dialog.preferences.density.compact': ['Compact', '紧凑'],
  'dialog.preferences.group': ['Group the table by', '列表分组'],
  'dialog.preferences.saveFormat': ['Save images as', '导出格式'],
  'dialog.preferences.store': ['Store folder', '仓库目录'],
  'dialog.preferences.copyStore': ['Copy the path of the store', '复制仓库路径'],
  'dialog.preferences.storeHint': [
    ({ command }: { command: string }) =>
      `An OCI image layout that skopeo and umoci read as it is. Start with ${command} to use another one.`,
    ({ command }: { command: string }) =>
      `标准的 OCI 镜像布局，其他工具可直接读取。启动时加 ${command} 可使用其他目录。`,
  ],

  // shortcuts and about
  'dialog.shortcuts.title': ['Keyboard shortcuts', '键盘快捷键'],
  'dialog.shortcuts.or': ['or', '或'],
  'dialog.about.title': ['About Stratigraph', '关于 Stratigraph'],
  'dialog.about.version': [
    ({ version }: { version: string }) => `Version ${version}`,
    ({ version }: { version: string }) => `版本 ${version}`,
  ],
  'dialog.about.text': [
    'An explorer for container images: browse, compare, name, save and delete them without a daemon.',
    '容器镜像浏览器：无需守护进程即可浏览、比较、命名、导出和删除镜像。',
  ],
  'dialog.about.licence': ['Licence', '许可证'],
  'dialog.about.authors': ['The Stratigraph authors', 'Stratigraph 作者'],
  'dialog.about.copyVersion': ['Copy the version', '复制版本号'],
} as const;
