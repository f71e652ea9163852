/** AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS. */
const FAMILIES: ReadonlySet<number> = new Set([2, 10, 24, 28, 30]);

/** Whether a number is some system's name for IPv4 or IPv6 (tcpdump.org/linktypes/LINKTYPE_NULL.html). */
export function isInternetFamily(family: number): boolean {
  return FAMILIES.has(family);
}
