/** The variable that names the hook's channel: `descriptor:inode`, and `:all` where the hook is to leave nothing out. */
export const HOOK_VARIABLE = 'EGRESSLOCK_HOOK';

/** What the environment of a Node process must say for the hook to be loaded there, and heard. */
export interface Passport {
  /** What NODE_OPTIONS must begin with: `--require "…/hook.cjs"`. */
  readonly option: string;
  /** Value of `HOOK_VARIABLE`. */
  readonly channel: string;
}
