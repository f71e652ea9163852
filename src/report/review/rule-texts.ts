import type { RuleId } from '../../model/finding.js';

/** What a rule is about, for tools that list rules apart from findings. */
export interface RuleText {
  /** One sentence. */
  readonly short: string;
  /** What it means, and what to do. */
  readonly help: string;
}

const NEW =
  'Look at who it is and at what was sent. If it is meant, egresslock accept writes it into the lock.';
const LOOK = 'egresslock explain tells who talks there, since when and why it is in the tree.';

export const RULE_TEXTS: Readonly<Record<RuleId, RuleText>> = {
  'threat-list': {
    short: 'A destination is on a threat list.',
    help: `A host, or an address behind it, is on a list of places that nobody may reach. ${LOOK}`,
  },
  'metadata-address': {
    short: 'The address at which a cloud gives out credentials was asked.',
    help: 'Whoever reads the instance metadata holds the credentials of the machine. A build needs them only where its own code asks for them.',
  },
  'dns-tunnel': {
    short: 'Data leaves in the names of DNS queries.',
    help: 'Long, encoded and ever different labels below one domain carry data to whoever answers for that domain.',
  },
  dga: {
    short: 'Names look as if a program had generated them.',
    help: 'Malware looks for its master under names made of the date or of chance, most of which do not exist.',
  },
  'own-resolver': {
    short: "Names were asked at a resolver of the command's own choice.",
    help: 'A lookup past the given resolver is seen by no list of names.',
  },
  'protocol-port-mismatch': {
    short: 'A protocol was spoken where it is not at home.',
    help: 'LDAP, RMI and mining protocols have no place in a build; one protocol on the port of another hides what it is.',
  },
  lookalike: {
    short: 'A host name looks like that of another.',
    help: 'Homoglyphs, one letter of difference, or a trusted name carried in another are made to be overlooked.',
  },
  'private-address': {
    short: 'A public name leads to an address of a private network.',
    help: 'This is how names from outside reach services inside (DNS rebinding).',
  },
  'sni-mismatch': {
    short: 'A connection names another host than the one that was resolved.',
    help: 'A name in a TLS hello or a Host header that does not fit its address is used to pass lists of names.',
  },
  'dns-over-tls': {
    short: 'Names were asked over TLS.',
    help: 'Queries inside of TLS are seen by no list of names.',
  },
  'dns-over-https': {
    short: 'Names were asked over HTTPS.',
    help: 'Queries inside of HTTPS are seen by no list of names.',
  },
  'encrypted-hello': {
    short: 'A TLS hello may hide the name of its host.',
    help: 'With an encrypted client hello the name outside says nothing of where the connection goes.',
  },
  'budget-exceeded': {
    short: 'More bytes have left than the policy allows.',
    help: 'A budget of egresslock.config.yaml is used up. Raise it if that much is meant.',
  },
  'volume-spike': {
    short: 'Far more bytes have left than in earlier runs.',
    help: `A destination that is known got much more than it ever did. ${LOOK}`,
  },
  beacon: {
    short: 'Connections come at regular intervals.',
    help: 'Programs that wait for orders ask for them by the clock.',
  },
  'risky-tld': {
    short: 'A destination lies under a top-level domain with a bad record.',
    help: NEW,
  },
  blocked: {
    short: 'The policy refused something.',
    help: 'The message names the rule. If it is meant, run once with --mode observe and accept it, or write a rule.',
  },
  'alert-rule': {
    short: 'A rule of the policy asks for an alert.',
    help: 'A rule with the action alert has let something pass, and tells of it.',
  },
  'new-destination': {
    short: "A destination is in nobody's row of the lock.",
    help: NEW,
  },
  'new-package-for-destination': {
    short: 'A package talks to a destination that the lock has for others.',
    help: NEW,
  },
  'allowed-host-new-package': {
    short: 'A package talks to a host at which anybody can leave something.',
    help: `No list of names tells use from theft at a shared host. ${NEW}`,
  },
  'direct-address': {
    short: 'An address was reached without a name.',
    help: `No list of names applies to a bare address. ${NEW}`,
  },
  'first-egress-of-package': {
    short: 'A package reaches out for the first time.',
    help: `No run before has seen it do so: look at what has changed in it. ${NEW}`,
  },
  'identity-contradiction': {
    short: 'A script calls itself another package than it is.',
    help: 'What the environment of a script says does not fit what lay on disk when it was started.',
  },
  'capture-incomplete': {
    short: 'Not all traffic was seen.',
    help: 'A part of the capture failed, so that the absence of a finding says nothing. Run it again; egresslock doctor says what is lacking.',
  },
  'hook-lost': {
    short: 'What node processes say of themselves is not whole.',
    help: 'Traffic was seen all the same; which package inside a process made it may not be known.',
  },
  'forged-frame': {
    short: 'Code claims to be the file of a dependency, and is not.',
    help: 'A stack names a file whose content on disk is another.',
  },
  'stale-entry': {
    short: 'A row of the lock was not needed.',
    help: 'egresslock accept takes it out.',
  },
};
