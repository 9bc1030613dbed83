import { readFileSync } from 'node:fs';
import { librariesOf, shellImage } from '../setup/shellImage';
import type { ImageSpec } from '../setup/imageBuilder';

/** What becomes of a system call: the error by number (0 for none), or the signal that ended the process. */
export type Verdict = `errno ${number}` | `signal ${number}`;

/** Numbers of x86-64 (asm/unistd_64.h) up to which calls are tried. */
const last = 470;

/**
 * Not tried with wrong arguments: fork, vfork, exit, exit_group (they do what they do with any), sync (waits for the disks of
 * the machine), pause (waits for ever).
 */
const passedOver = [34, 57, 58, 60, 162, 231];

/** Calls whose arguments decide, as the filters have it; strings are handed over by their addresses. */
const withArguments: Readonly<Record<string, string>> = {
  'personality linux': '135, 0',
  'personality linux32': '135, 8',
  'personality uname26': '135, 0x20000',
  'personality no randomized addresses': '135, 0x40000',
  'clone a user namespace': '56, 0x10000000 | 17, 0, 0, 0, 0',
  'clone a mount namespace': '56, 0x00020000 | 17, 0, 0, 0, 0',
  'clone a network': '56, 0x40000000 | 17, 0, 0, 0, 0',
  'clone a cgroup namespace': '56, 0x02000000 | 17, 0, 0, 0, 0',
  'clone a host name': '56, 0x04000000 | 17, 0, 0, 0, 0',
  'clone queues': '56, 0x08000000 | 17, 0, 0, 0, 0',
  'clone processes': '56, 0x20000000 | 17, 0, 0, 0, 0',
  'clone all at once, with bits that are none': '56, -1 << 8, 0, 0, 0, 0',
  'unshare nothing': '272, 0',
  'unshare users': '272, 0x10000000',
  'socket unix': '41, 1, 1, 0',
  'socket inet': '41, 2, 1, 0',
  'socket raw': '41, 2, 3, 1',
  'socket netlink': '41, 16, 3, 0',
  'socket packet': '41, 17, 3, 0',
  'socket vsock': '41, 40, 1, 0',
  'socket vsock, with a bit that is none': '41, (1 << 32) | 40, 1, 0',
  'socket vsock, with all bits that are none': '41, (-1 << 32) | 40, 1, 0',
  'socket unix, with a bit that is none': '41, (1 << 32) | 1, 1, 0',
  'mount tmpfs': '165, "none", "/tmp", "tmpfs", 0, 0',
  'umount /dev/shm': '166, "/dev/shm", 0',
  'fsopen tmpfs': '430, "tmpfs", 0',
  'open_tree /': '428, -100, "/", 1',
  mount_setattr: '442, -100, "/", 0, "\\0" x 32, 32',
  pivot_root: '155, "/", "/tmp"',
  add_key: '248, "user", "name", "value", 5, -3',
  'keyctl session': '250, 0, -3, 0',
  'bpf a map': '321, 0, pack("L4x100", 2, 4, 4, 1), 72',
  io_uring_setup: '425, 1, "\\0" x 120',
  perf_event_open: '298, pack("LLQx112", 1, 128, 0), 0, -1, -1, 0',
  userfaultfd: '323, 1',
  sethostname: '170, "other", 5',
  setns: '308, 0, 0',
  syslog: '103, 3, " " x 100, 100',
  'ptrace me': '101, 0, 0, 0, 0',
  process_vm_readv: '310, $$, 0, 0, 0, 0, 0',
  name_to_handle_at: '303, -100, "/", "\\0" x 200, "\\0" x 8, 0',
  quotactl: '179, 0x800001, 0, 0, 0',
  chroot: '161, "/tmp"',
  'mknod a fifo': '133, "/tmp/callfifo", 0010644, 0',
  'mknod a device': '133, "/tmp/callnode", 0020644, 0x103',
  mbind: '237, 0, 0, 0, 0, 0, 0',
  'seccomp a filter': '317, 1, 0, 0',
  fanotify_init: '300, 0, 0',
  memfd_create: '319, "m", 0',
  'settimeofday nothing': '164, 0, 0',
  clock_settime: '227, 0, "\\0" x 16',
  kexec_load: '246, 0, 0, 0, 0',
  init_module: '175, "", 0, ""',
  reboot: '169, 0, 0, 0, 0',
  iopl: '172, 3',
  swapoff: '168, "/none"',
  'unshare users, as x32': '0x40000000 | 272, 0x10000000',
  'mount tmpfs, as x32': '0x40000000 | 165, "none", "/tmp", "tmpfs", 0, 0',
  'bpf, as x32': '0x40000000 | 321, 0, 0, 0',
};

/** A program for perl: each call in a process of its own, one line each. */
export const callProgram = `$| = 1;
sub tried {
  my ($label, $call) = @_;
  pipe(my $from, my $to);
  my $child = fork;
  if (!$child) {
    $SIG{ALRM} = 'DEFAULT';
    alarm 5;
    $! = 0;
    my $given = &$call;
    my $said = $given == -1 ? $! + 0 : 0;
    # A clone of this process is not asked.
    syswrite $to, "errno $said" if $given != 0 || $label !~ /clone/;
    kill 'KILL', $$;
  }
  close $to;
  my $said = '';
  sysread $from, $said, 100;
  waitpid $child, 0;
  $said = 'signal ' . ($? & 127) if $said eq '';
  print "$label\\t$said\\n";
}
my %not = map { $_ => 1 } (${passedOver.join(',')});
for my $n (0 .. ${last}) {
  next if $not{$n};
  tried($n, sub { my @with = (-1) x 6; syscall($n, @with) });
}
${Object.entries(withArguments)
  .map(([label, words]) => `tried('${label}', sub { my @with = (${words}); syscall(shift @with, @with) });`)
  .join('\n')}
`;

/** The lines of {@link callProgram}. */
export function verdictsOf(out: string): ReadonlyMap<string, Verdict> {
  const lines = out.split(/\r?\n/).filter((line) => line !== '');
  return new Map(lines.map((line) => line.split('\t') as [string, Verdict]));
}

/** The shell's image with the perl of this machine in it. */
export function perlImage(name: string, perl: string): ImageSpec {
  const whole = shellImage(name);
  const libraries = librariesOf(perl);
  const folders = libraries.filter(({ type }) => type === 'directory');
  const program = { path: 'bin/perl', content: readFileSync(perl), mode: 0o755 };
  const more = [...folders, ...libraries.filter(({ type }) => type !== 'directory'), program];
  return { ...whole, layers: [...whole.layers, { files: more }] };
}
