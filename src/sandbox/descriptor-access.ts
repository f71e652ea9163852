import { close, pidfdGetfd, pidfdOpen } from './libc.js';

/**
 * Whether a process's descriptors may be taken at all. Container runtimes deny pidfd_getfd(2) in their own filter unless
 * CAP_SYS_PTRACE is given, and without it nobody could say whose a socket is.
 */
export function mayTakeDescriptors(): boolean {
  const pidfd = pidfdOpen(process.pid, 0);
  if (pidfd < 0) return false;
  const taken = pidfdGetfd(pidfd, pidfd);
  close(pidfd);
  if (taken < 0) return false;
  close(taken);
  return true;
}
