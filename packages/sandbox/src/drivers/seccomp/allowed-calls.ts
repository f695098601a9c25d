/** Names of system calls by what a guest needs them for. A name that a processor does not have is left out there. */
export const ALLOWED_CALLS: Readonly<Record<'basic' | 'forking' | 'writing', readonly string[]>> = {
  /** Node from 20 to 26, CPython, and the shell that sets limits. */
  basic: [
    ...'brk mmap munmap mremap mprotect madvise'.split(' '),
    ...'read write readv writev pread64 pwrite64 lseek open openat close fstat stat lstat newfstatat'.split(' '),
    ...'statx access faccessat faccessat2 readlink readlinkat getdents64 getcwd fcntl ioctl dup dup2'.split(' '),
    ...'dup3 pipe pipe2 fadvise64 umask'.split(' '),
    ...'epoll_create1 epoll_ctl epoll_wait epoll_pwait poll ppoll select pselect6 eventfd2 getsockname'.split(' '),
    ...'getsockopt shutdown'.split(' '),
    ...'rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall'.split(' '),
    ...'exit exit_group execve clone prctl arch_prctl set_tid_address set_robust_list rseq futex'.split(' '),
    ...'sched_yield sched_getaffinity sched_getparam sched_getscheduler getpriority getcpu'.split(' '),
    ...'getpid getppid gettid getuid geteuid getgid getegid getgroups capget uname prlimit64 getrlimit'.split(' '),
    ...'sysinfo getrusage times getrandom clock_gettime clock_getres clock_nanosleep nanosleep'.split(' '),
    ...'gettimeofday time'.split(' '),
  ],
  /** Files in the scratch space. */
  writing: [
    ...'ftruncate fsync fdatasync fallocate copy_file_range sendfile creat unlink unlinkat rename'.split(' '),
    ...'renameat renameat2 mkdir mkdirat rmdir chmod fchmod fchmodat utimensat'.split(' '),
  ],
  /** What a server of forked children needs besides. */
  forking: ['fork', 'wait4', 'waitid'],
};
