import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What Docker gives each container (docs.docker.com, runtime privilege and Linux capabilities). */
const CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];
const MASKED = ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/scsi', '/sys/firmware'];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

interface Seccomp {
  readonly defaultAction: string;
  readonly syscalls: readonly {
    readonly names: readonly string[];
    readonly action: string;
    readonly errnoRet?: number;
  }[];
}

export interface Container {
  readonly uid: number;
  /** `docker run --cap-add` */
  readonly capAdd: readonly string[];
  /** `docker run --security-opt seccomp=` */
  readonly seccomp: Seccomp;
  /** `docker run --security-opt systempaths=unconfined` */
  readonly areSystemPathsUnconfined: boolean;
}

/** The profile that comes with egresslock. */
export const OWN_PROFILE: Seccomp = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../sandbox/docker/seccomp.json', import.meta.url)), 'utf8'),
);

/** As Docker's own profile is for a container with SYS_ADMIN and without SYS_PTRACE, as far as egresslock would feel it. */
export const VENDORS_PROFILE: Seccomp = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['kcmp', 'pidfd_getfd', 'process_madvise'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }],
};

/**
 * Writes an OCI bundle (opencontainers.org, runtime specification) whose root is this machine's, and returns the shell
 * command that runs it: a container as Docker makes it, by the runtime that Docker uses.
 */
export function containerCommand(
  folder: string,
  name: string,
  container: Container,
  argv: readonly string[],
): string[] {
  const bundle = join(folder, name);
  const root = join(bundle, 'root');
  const work = join(bundle, 'work');
  for (const path of [root, work]) mkdirSync(path, { recursive: true });
  chmodSync(work, 0o777);
  const capabilities = [...CAPABILITIES, ...container.capAdd].map((one) => `CAP_${one}`);
  const own = container.uid === 0 ? capabilities : [];
  const { defaultAction, syscalls } = container.seccomp;
  const paths = container.areSystemPathsUnconfined
    ? { maskedPaths: [], readonlyPaths: [] }
    : { maskedPaths: MASKED, readonlyPaths: READ_ONLY };
  const config = {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: container.uid, gid: container.uid },
      args: argv,
      env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        `HOME=${work}`,
        'NO_COLOR=1',
      ],
      cwd: work,
      capabilities: { bounding: capabilities, effective: own, permitted: own, inheritable: [], ambient: [] },
    },
    root: { path: root, readonly: false },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
      },
      { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'nodev', 'mode=1777'] },
      { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'nodev'] },
      { destination: '/sys', type: 'none', source: '/sys', options: ['rbind', 'ro'] },
    ],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      ...paths,
      seccomp: {
        defaultAction,
        syscalls: syscalls.map(({ names, action, errnoRet }) => ({ names, action, errnoRet })),
      },
    },
  };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  const script = `mount --rbind / "$1/root" && exec runc --root "$1/state" run --bundle "$1" "egresslock-$$"`;
  return ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', bundle];
}
