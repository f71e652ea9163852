import { type Packet, streamEncode } from 'dns-packet';
import { expect, test } from 'vitest';
import { parseDnsOverTcp } from '../../../src/capture/recognize/dns-over-tcp.js';
import { parseGit } from '../../../src/capture/recognize/git.js';
import { parseLdap } from '../../../src/capture/recognize/ldap.js';
import type { Parsed } from '../../../src/capture/recognize/parsed.js';
import { parseRmi } from '../../../src/capture/recognize/rmi.js';
import { parseSmtpCommand, parseSmtpGreeting } from '../../../src/capture/recognize/smtp.js';
import { parseSsh } from '../../../src/capture/recognize/ssh.js';
import { parseStratum } from '../../../src/capture/recognize/stratum.js';
import { ascii, concat, hex, states } from './support/bytes.js';

type Parser = (bytes: Uint8Array) => Parsed<unknown>;
const question: Packet = {
  type: 'query',
  id: 7,
  flags: 0x100,
  questions: [{ type: 'A', name: 'x.example' }],
};
const query = new Uint8Array(streamEncode(question));
const withEdns = new Uint8Array(
  streamEncode({ ...question, additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 4096 }] } as Packet),
);
const answer = new Uint8Array(streamEncode({ ...question, type: 'response' }));

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? value : byte));
}

// Of OpenSSH 9.2, git 2.39, curl 7.88 and the JNDI providers of OpenJDK 17, recorded on a loopback.
const bind = hex('300c 020101 6007 020103 0400 8000');
const search = hex(
  '3046 020102 6324 0404 636e3d78 0a0100 0a0103 020100 020100 010100 870b 6f626a656374436c617373',
);

test.each<[string, Parser, Uint8Array]>([
  ['ssh', parseSsh, ascii('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n')],
  ['git', parseGit, ascii('0041git-upload-pack /project.git\0host=127.0.0.1:35571\0\0version=2\0')],
  ['git push', parseGit, ascii('0030git-receive-pack /project.git\0host=x.example\0')],
  ['rmi', parseRmi, hex('4a524d49 0002 4b')],
  ['rmi single', parseRmi, hex('4a524d49 0001 4c')],
  ['rmi multiplex', parseRmi, hex('4a524d49 0002 4d')],
  ['ldap bind', parseLdap, bind],
  ['ldap search', parseLdap, search],
  ['ldap StartTLS', parseLdap, hex('301d 020101 7718 8016 312e332e36')],
  ['ldap, long lengths', parseLdap, hex('3084 00000011 02020101 6084 00000007 020103 0400 8000')],
  ['dns over tcp', parseDnsOverTcp, query],
  ['dns over tcp with EDNS', parseDnsOverTcp, withEdns],
  ['dns over tcp, root', parseDnsOverTcp, hex('0011 0001 0000 0001 0000 0000 0000 00 0002 0001')],
  ['smtp command', parseSmtpCommand, ascii('EHLO x.example\r\n')],
  ['smtp command, old and small', parseSmtpCommand, ascii('helo x\n')],
  ['lmtp command', parseSmtpCommand, ascii('LHLO x.example\r\nMAIL')],
  ['smtp greeting', parseSmtpGreeting, ascii('220 mail.example ESMTP ready\r\n')],
  ['smtp greeting in lines', parseSmtpGreeting, ascii('220-mail.example smtp\r\n220-no abuse\r\n220 \r\n')],
  ['stratum', parseStratum, ascii('{"id":1,"method":"mining.subscribe","params":[]}\n')],
  ['stratum, authorize', parseStratum, ascii('{"params":["a","b"],"id":2,"method":"mining.authorize"}\r\n{')],
  [
    'stratum, ethash',
    parseStratum,
    ascii('{"id":1,"jsonrpc":"2.0","method":"eth_submitLogin","params":["0x"]}\n'),
  ],
  [
    'stratum, CryptoNote',
    parseStratum,
    ascii('{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"a"}}\n'),
  ],
])('%s is recognised, whole and at each length', (_, parse, bytes) => {
  expect(parse(bytes).state).toBe('done');
  expect(states(parse, bytes)).toEqual(['need-more', 'done']);
});

test.each<[string, Parser, Uint8Array]>([
  ['another banner', parseSsh, ascii('SSL-2.0')],
  ['git of another service', parseGit, ascii('0030git-shell /x')],
  ['git without a length', parseGit, ascii('00g0git-upload-pack /')],
  ['rmi of another magic', parseRmi, ascii('JRMP')],
  ['rmi of another kind', parseRmi, hex('4a524d49 0002 4e')],
  ['ldap unbind', parseLdap, hex('3005 020102 4200')],
  ['ldap answer', parseLdap, hex('300c 020101 6107 0a0100')],
  ['ldap number that is none', parseLdap, hex('300c 040101')],
  ['ldap number that is too long', parseLdap, hex('300c 0205')],
  ['ldap number below zero', parseLdap, hex('300c 0201ff')],
  ['ldap of an indefinite length', parseLdap, hex('3080 020101')],
  ['ldap request longer than its message', parseLdap, hex('300c 020101 6008 02')],
  ['ldap bind with another first element', parseLdap, hex('300c 020101 6007 0400')],
  ['a certificate', parseLdap, hex('30820122 30820100')],
  ['dns answer', parseDnsOverTcp, answer],
  ['dns update', parseDnsOverTcp, changed(query, 4, 0x28)],
  ['dns with an error', parseDnsOverTcp, changed(query, 5, 0x03)],
  ['dns with two questions', parseDnsOverTcp, changed(query, 7, 2)],
  ['dns with answers', parseDnsOverTcp, changed(query, 9, 1)],
  ['dns with authorities', parseDnsOverTcp, changed(query, 11, 2)],
  ['dns with much beside', parseDnsOverTcp, changed(query, 13, 4)],
  ['dns with a pointer', parseDnsOverTcp, changed(query, 14, 0xc0)],
  ['dns of type 0', parseDnsOverTcp, changed(query, query.length - 3, 0)],
  ['dns of another class', parseDnsOverTcp, changed(query, query.length - 1, 9)],
  ['dns longer than its prefix', parseDnsOverTcp, changed(query, 1, (query[1] ?? 0) - 1)],
  ['dns below the minimum', parseDnsOverTcp, hex('0010')],
  ['dns above the maximum', parseDnsOverTcp, hex('04')],
  ['smtp without an argument', parseSmtpCommand, ascii('EHLO \r\n')],
  ['smtp with a NUL', parseSmtpCommand, ascii('EHLO x\0')],
  ['smtp of another command', parseSmtpCommand, ascii('HELP x\r\n')],
  ['smtp that is too long', parseSmtpCommand, ascii(`EHLO ${'x'.repeat(507)}`)],
  ['ftp greeting', parseSmtpGreeting, ascii('220 ftp.example FTP server ready\r\n')],
  ['ftp greeting that says SMTP', parseSmtpGreeting, ascii('220 FTP, not SMTP\r\n')],
  ['smtp in a host name only', parseSmtpGreeting, ascii('220 smtp.example ready\r\n')],
  ['greeting that refuses', parseSmtpGreeting, ascii('554 mail.example ESMTP\r\n')],
  ['greeting that is too long', parseSmtpGreeting, ascii('220-x\r\n'.repeat(600))],
  ['JSON of another method', parseStratum, ascii('{"id":1,"jsonrpc":"2.0","method":"initialize"}\n')],
  ['login without JSON-RPC', parseStratum, ascii('{"id":1,"method":"login"}\n')],
  ['JSON that is none', parseStratum, ascii('{"method":"mining.subscribe"\n')],
  ['JSON that is an array', parseStratum, ascii('["mining.subscribe"]\n')],
  ['JSON without end', parseStratum, ascii(`{"a":"${'x'.repeat(4096)}`)],
])('%s is no match, for good', (_, parse, bytes) => {
  expect(states(parse, bytes)).toEqual(['need-more', 'no-match']);
});

test('a name in DNS has at most 255 bytes', () => {
  const labels = (last: number) =>
    [63, 63, 63, last].flatMap((size) => [size, ...Array<number>(size).fill(0x61)]);
  const message = (last: number) => {
    const body = concat(
      hex('0001 0000 0001 0000 0000 0000'),
      Uint8Array.from([...labels(last), 0]),
      hex('0001 0001'),
    );
    return concat(Uint8Array.of(body.length >> 8, body.length & 255), body);
  };
  expect(parseDnsOverTcp(message(61)).state).toBe('done');
  expect(parseDnsOverTcp(message(62)).state).toBe('no-match');
});
