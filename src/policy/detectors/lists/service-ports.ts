import type { Protocol } from '../../../model/transport.js';

/** A service that has a port of its own, and how its first bytes may be recognized. */
export interface Service {
  readonly name: string;
  readonly protocols: readonly Protocol[];
}

const service = (name: string, ...protocols: Protocol[]): Service => ({ name, protocols });

/**
 * Well-known ports (IANA's Service Name and Transport Protocol Port Number Registry). `unknown` is what the protocols of
 * databases and queues are recognized as; most of them also speak TLS on the same port.
 */
export const SERVICE_PORTS: ReadonlyMap<number, Service> = new Map([
  [21, service('FTP', 'unknown')],
  [22, service('SSH', 'ssh')],
  [23, service('Telnet', 'unknown')],
  [25, service('SMTP', 'smtp')],
  [53, service('DNS', 'dns')],
  [80, service('HTTP', 'http')],
  [110, service('POP3', 'unknown')],
  [123, service('NTP', 'unknown')],
  [143, service('IMAP', 'unknown')],
  [443, service('HTTPS', 'tls', 'quic')],
  [465, service('SMTP over TLS', 'tls')],
  [587, service('mail submission', 'smtp')],
  [636, service('LDAP over TLS', 'tls')],
  [853, service('DNS over TLS', 'tls', 'quic')],
  [993, service('IMAP over TLS', 'tls')],
  [995, service('POP3 over TLS', 'tls')],
  [1080, service('SOCKS', 'socks')],
  [1433, service('SQL Server', 'unknown', 'tls')],
  [1521, service('Oracle', 'unknown', 'tls')],
  [2525, service('mail submission', 'smtp')],
  [3306, service('MySQL', 'unknown', 'tls')],
  [3389, service('Remote Desktop', 'unknown', 'tls')],
  [5432, service('PostgreSQL', 'unknown', 'tls')],
  [5671, service('AMQP over TLS', 'tls')],
  [5672, service('AMQP', 'unknown', 'tls')],
  [6379, service('Redis', 'unknown', 'tls')],
  [8008, service('HTTP', 'http')],
  [8080, service('HTTP', 'http', 'tls')],
  [8443, service('HTTPS', 'tls')],
  [9042, service('Cassandra', 'unknown', 'tls')],
  [9092, service('Kafka', 'unknown', 'tls')],
  [9418, service('Git', 'git')],
  [11211, service('memcached', 'unknown', 'tls')],
  [27017, service('MongoDB', 'unknown', 'tls')],
]);

/** Hosts that offer SSH on the port of HTTPS, for networks that let nothing else out; by their own documentation. */
export const SSH_OVER_HTTPS_PORT: ReadonlySet<string> = new Set([
  'altssh.bitbucket.org',
  'altssh.gitlab.com',
  'ssh.github.com',
]);
