import { installFilter, prctl } from './libc.js';
import { buildFilter } from './seccomp-filter.js';
import { CONSTANTS as C, syscallTable } from './syscalls.js';

/**
 * Installs the command's filter on the calling thread, for good; what the thread starts inherits it. Returns the
 * listener's descriptor, which belongs to the whole process, or -errno (seccomp(2): EACCES, EINVAL, ENOSYS, and EBUSY
 * where a filter with a listener is there already).
 */
export function installCommandFilter(): number {
  const privileges = prctl(C.PR_SET_NO_NEW_PRIVS, 1);
  if (privileges < 0) return privileges;
  const program = buildFilter(syscallTable(process.arch));
  const flags = C.SECCOMP_FILTER_FLAG_NEW_LISTENER;
  const listener = installFilter(program, flags | C.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
  // Linux before 5.19 doesn't know WAIT_KILLABLE_RECV; without it a signal restarts a held call.
  return listener === -C.EINVAL ? installFilter(program, flags) : listener;
}
