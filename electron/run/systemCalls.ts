/**
 * The system calls that a command may make, by what they are for, in the kernel's names for all architectures (a name that
 * one has not is passed over). Left out is what acts on the whole machine, makes namespaces or mounts, reads other
 * processes' memory by way of the kernel, or has been a way out of containers (io_uring, userfaultfd, keyrings, bpf).
 */
const groups: Readonly<Record<string, string>> = {
  files: `access chdir chmod chown chown32 creat dup dup2 dup3 faccessat faccessat2 fadvise64 fadvise64_64 fallocate
    fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 flock fstat fstat64 fstatat64 fstatfs fstatfs64
    ftruncate ftruncate64 futimesat getcwd getdents getdents64 lchown lchown32 link linkat lseek _llseek lstat lstat64
    mkdir mkdirat mknod mknodat newfstatat open openat openat2 readlink readlinkat rename renameat renameat2 rmdir stat
    stat64 statfs statfs64 statx symlink symlinkat truncate truncate64 umask unlink unlinkat utime utimensat
    utimensat_time64 utimes chroot close close_range`,
  input: `read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 readahead copy_file_range sendfile
    sendfile64 splice tee vmsplice pipe pipe2 ioctl fsync fdatasync sync syncfs sync_file_range sync_file_range2
    arm_sync_file_range arm_fadvise64_64 cachestat`,
  attributes: `getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr listxattr llistxattr flistxattr removexattr
    lremovexattr fremovexattr getxattrat setxattrat listxattrat removexattrat`,
  waiting: `poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64 epoll_create epoll_create1 epoll_ctl
    epoll_ctl_old epoll_wait epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2 signalfd signalfd4 inotify_init
    inotify_init1 inotify_add_watch inotify_rm_watch fanotify_mark io_setup io_destroy io_submit io_cancel io_getevents
    io_pgetevents io_pgetevents_time64`,
  memory: `brk mmap mmap2 munmap mprotect mremap msync madvise mincore mlock mlock2 mlockall munlock munlockall
    remap_file_pages memfd_create memfd_secret membarrier map_shadow_stack pkey_alloc pkey_free pkey_mprotect mseal`,
  processes: `execve execveat exit exit_group fork vfork wait4 waitid waitpid kill tkill tgkill pidfd_open
    pidfd_send_signal process_mrelease getpid getppid gettid getpgid getpgrp setpgid getsid setsid getpriority setpriority
    prctl prlimit64 getrlimit ugetrlimit setrlimit getrusage times set_tid_address set_robust_list get_robust_list rseq
    restart_syscall ptrace seccomp ioprio_get ioprio_set landlock_create_ruleset landlock_add_rule landlock_restrict_self
    set_thread_area get_thread_area arch_prctl modify_ldt set_tls get_tls cacheflush breakpoint riscv_flush_icache
    riscv_hwprobe`,
  threads: `futex futex_time64 futex_waitv futex_wait futex_wake futex_requeue sched_yield sched_getaffinity
    sched_setaffinity sched_getattr sched_setattr sched_getparam sched_setparam sched_getscheduler sched_setscheduler
    sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_rr_get_interval_time64 getcpu`,
  signals: `rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
    rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaltstack sigprocmask sigreturn sigaction signal sigpending sigsuspend pause
    alarm`,
  users: `getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32 getgroups getgroups32 getresuid getresuid32
    getresgid getresgid32 setuid setuid32 setgid setgid32 setgroups setgroups32 setreuid setreuid32 setregid setregid32
    setresuid setresuid32 setresgid setresgid32 setfsuid setfsuid32 setfsgid setfsgid32 capget capset`,
  time: `time gettimeofday clock_gettime clock_gettime64 clock_getres clock_getres_time64 clock_nanosleep
    clock_nanosleep_time64 clock_adjtime clock_adjtime64 adjtimex nanosleep getitimer setitimer timer_create timer_delete
    timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime
    timerfd_gettime64 timerfd_settime timerfd_settime64`,
  sockets: `accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64
    recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketpair socketcall`,
  queues: `ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64
    mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget`,
  system: 'getrandom sysinfo uname',
};

/**
 * Refused with EPERM, as a program expects of them; of a call that is not known here the answer is ENOSYS, upon which
 * programs fall back to what they did before it.
 */
const refused = `acct add_key bpf clock_settime clock_settime64 delete_module fanotify_init finit_module fsconfig fsmount
  fsopen fspick get_kernel_syms get_mempolicy init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp
  kexec_file_load kexec_load keyctl lookup_dcookie mbind migrate_pages mount mount_setattr move_mount move_pages
  name_to_handle_at nfsservctl open_by_handle_at open_tree perf_event_open pidfd_getfd pivot_root process_madvise
  process_vm_readv process_vm_writev query_module quotactl quotactl_fd reboot request_key set_mempolicy
  set_mempolicy_home_node setdomainname sethostname setns settimeofday stime swapoff swapon sysfs syslog umount umount2
  unshare uselib userfaultfd ustat vhangup vm86 vm86old`;

const split = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Names of the calls that are allowed whatever their arguments are. */
export const allowedCalls: readonly string[] = Object.values(groups).flatMap(split);

/** Names of the calls that are refused by name. */
export const refusedCalls: readonly string[] = split(refused);
