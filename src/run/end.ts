/** For the command line, which has no business with system calls otherwise. */
export { exitAtOnce } from '../sandbox/libc.js';
