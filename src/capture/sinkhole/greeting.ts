/** RFC 4253 §4.2, with a comment's worth of plausibility: clients choose their work-arounds by the software's name. */
export const SSH_GREETING = 'SSH-2.0-OpenSSH_9.6\r\n';
/** RFC 5321 §4.2. */
const SMTP_GREETING = '220 sinkhole ESMTP\r\n';
/** RFC 959 §5.4. */
const FTP_GREETING = '220 sinkhole FTP\r\n';

/** What a server says first on a port where clients wait for it; null for others. */
export function greetingOf(port: number, isInTls: boolean): string | null {
  // RFC 8314 §7.3.
  if (isInTls) return port === 465 ? SMTP_GREETING : null;
  switch (port) {
    case 21:
      return FTP_GREETING;
    case 22:
      return SSH_GREETING;
    case 25:
    case 587:
    case 2525:
      return SMTP_GREETING;
    default:
      return null;
  }
}
