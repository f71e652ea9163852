import dnsPacket from 'dns-packet';

/*
 * DNS over HTTPS at a listed host and at a stranger's (RFC 8484): whatever they are asked, the one name that the attempts
 * ask for has the stranger's address.
 */
const name = 'stranger.collect.lab.example';
const answer = {
  status: 200,
  headers: { 'content-type': 'application/dns-message' },
  body: dnsPacket.encode({
    type: 'response',
    id: 7,
    questions: [{ type: 'A', name }],
    answers: [{ type: 'A', name, ttl: 60, data: '198.51.100.10' }],
  }),
};

export const answers = new Map([
  ['web.lab.example/dns-query', answer],
  ['doh.collect.lab.example/dns-query', answer],
]);
