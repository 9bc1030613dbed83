import type { Standing } from '../../image/problem';
import { visibleName as v } from '../format';

/** That something is there all the same, and which command ends it. */
export function standingText(stands: Standing): readonly [string, string] {
  const name = v(stands.name);
  switch (stands.kind) {
    case 'mount':
      return [
        `The image is mounted all the same, at ${v(stands.at)}: stratigraph umount ${name} ends that.`,
        `镜像仍已挂载在 ${v(stands.at)}：可用 stratigraph umount ${name} 卸载。`,
      ];
    case 'workspace':
      return [
        `The workspace ${name} was made all the same: stratigraph workspace rm ${name} removes it.`,
        `工作区 ${name} 仍已创建：可用 stratigraph workspace rm ${name} 删除。`,
      ];
    case 'workspace-mount':
      return [
        `The workspace ${name} is mounted all the same: stratigraph workspace umount ${name} ends that.`,
        `工作区 ${name} 仍已挂载：可用 stratigraph workspace umount ${name} 卸载。`,
      ];
    case 'image':
      return [
        `The image ${name} is in the store all the same: stratigraph images lists it, stratigraph rmi removes it.`,
        `镜像 ${name} 仍已在仓库中：可用 stratigraph images 列出，用 stratigraph rmi 删除。`,
      ];
  }
}
