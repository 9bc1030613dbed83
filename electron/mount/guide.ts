import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuideCommand, GuideEntry, GuideState } from '../../shared/ipc/guide';
import type { JobTools } from '../worker/jobTools';
import { guideLabel, type JobInput, type JobOutput, type TreeStyle } from '../worker/jobs';
import { listMounts, mountOverlay, unmountTree } from './overlay';
import { deviceOf, look } from './treeReader';
import { isWhiteoutDevice } from './upperEntries';

/**
 * The book's building, step by step on a real overlay: two directories of material are stacked under a writable one, a
 * file is covered, one is added, one is deleted, and what was written becomes a layer. Every listing is read from disk
 * after the step; nothing is drawn from memory.
 */
const texts = {
  concrete: 'concrete, the first mix\n',
  better: 'concrete, a better mix\n',
  rebar: 'rebar\n',
  marble: 'marble\n',
  frame: 'frame\n',
  painted: 'concrete, a better mix, painted\n',
} as const;

const directories = ['material', 'material2', 'build', 'merge', 'work'] as const;

/** The job `guide-step`. */
export function guideStep(input: JobInput<'guide-step'>, tools: JobTools): JobOutput<'guide-step'> {
  tools.tick(0);
  const guide = new Guide(input.directory, input.style);
  guide.step(input.step);
  return guide.state(input.step);
}

class Guide {
  private readonly commands: GuideCommand[] = [];

  constructor(
    private readonly folder: string,
    private readonly style: TreeStyle,
  ) {}

  step(step: number): void {
    switch (step) {
      case 0:
        for (const name of directories) mkdirSync(this.at(name), { mode: 0o755 });
        this.ran(`mkdir ${directories.join(' ')}`);
        return;
      case 1:
        this.write('material/concrete', texts.concrete);
        this.write('material/rebar', texts.rebar);
        this.write('material2/concrete', texts.better);
        this.write('material2/marble', texts.marble);
        this.list('material');
        this.list('material2');
        return;
      case 2:
        this.mount(['material2', 'material'], 'build', 'work');
        this.list('merge');
        this.ran('cat merge/concrete', [this.read('merge/concrete')]);
        return;
      case 3:
        this.write('merge/frame', texts.frame);
        writeFileSync(this.at('merge/concrete'), texts.painted);
        this.ran(`echo '${texts.painted.trim()}' > merge/concrete`);
        this.list('build');
        this.ran('cat material2/concrete', [this.read('material2/concrete')]);
        return;
      case 4:
        rmSync(this.at('merge/marble'));
        this.ran('rm merge/marble');
        this.list('build');
        this.list('material2');
        return;
      case 5:
        unmountTree({ target: this.at('merge'), label: guideLabel, lazy: false });
        this.ran('umount merge', [], true);
        mkdirSync(this.at('next'), { mode: 0o755 });
        mkdirSync(this.at('work2'), { mode: 0o755 });
        this.ran('mkdir next work2');
        this.mount(['build', 'material2', 'material'], 'next', 'work2');
        this.list('merge');
        return;
      default:
        throw new Error(`there is no step ${step}`);
    }
  }

  state(step: number): JobOutput<'guide-step'> {
    const state: GuideState = {
      step,
      folder: this.folder,
      mounted: listMounts({ below: this.at('merge') }).length > 0,
      material: this.entries('material'),
      material2: this.entries('material2'),
      build: this.entries('build'),
      merge: this.entries('merge'),
      next: existsSync(this.at('next')) ? this.entries('next') : null,
      commands: [...this.commands],
    };
    return { state, commands: this.commands };
  }

  private at(path: string): string {
    return join(this.folder, path);
  }

  private read(path: string): string {
    return readFileSync(this.at(path), 'utf8').trim();
  }

  private write(path: string, text: string): void {
    writeFileSync(this.at(path), text, { mode: 0o644 });
    this.ran(`echo '${text.trim()}' > ${path}`);
  }

  private mount(lower: readonly string[], upper: string, work: string): void {
    mountOverlay({
      target: this.at('merge'),
      label: guideLabel,
      place: this.at('links'),
      lower: lower.map((name) => this.at(name)),
      upper: this.at(upper),
      work: this.at(work),
      style: this.style,
    });
    const options = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`;
    const own = this.style.attributes === 'user' ? ',userxattr' : '';
    this.ran(`mount -t overlay overlay -o ${options}${own} merge`, [], true);
  }

  private ran(command: string, output: readonly string[] = [], asRoot = false): void {
    this.commands.push({ command, output: output.map((text) => ({ text, whiteout: false })), asRoot });
  }

  /** `ls -l` of a directory, made of what lstat says. */
  private list(directory: string): void {
    const output = this.entries(directory).map((entry) => ({
      text: [
        entry.mode,
        entry.major === null
          ? String(entry.size).padStart(6)
          : `${entry.major}, ${entry.minor ?? 0}`.padStart(6),
        entry.path,
      ].join(' '),
      whiteout: entry.type === 'whiteout',
    }));
    this.commands.push({ command: `ls -l ${directory}`, output, asRoot: false });
  }

  private entries(directory: string): GuideEntry[] {
    return readdirSync(this.at(directory))
      .sort()
      .flatMap((name): GuideEntry[] => {
        const path = this.at(`${directory}/${name}`);
        const info = look(path);
        if (!info) return [];
        const device = info.isCharacterDevice() ? deviceOf(info) : null;
        const type = isWhiteoutDevice(info) ? 'whiteout' : info.isDirectory() ? 'directory' : 'file';
        return [
          {
            path: name,
            type,
            text: type === 'file' ? (readFileSync(path, 'utf8').split('\n')[0] ?? '') : '',
            size: Number(info.size),
            mode: modeText(Number(info.mode)),
            major: device?.major ?? null,
            minor: device?.minor ?? null,
          },
        ];
      });
  }
}

/** A mode as `ls -l` writes it. */
function modeText(mode: number): string {
  const kinds: Readonly<Record<number, string>> = {
    0o040000: 'd',
    0o020000: 'c',
    0o060000: 'b',
    0o120000: 'l',
  };
  const bits = 'rwxrwxrwx';
  const rights = [...bits].map((bit, i) => ((mode >> (8 - i)) & 1 ? bit : '-')).join('');
  return `${kinds[mode & 0o170000] ?? '-'}${rights}`;
}
