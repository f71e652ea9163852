/** The port on which name servers are asked (RFC 1035 §4.2). */
export const DNS_PORT = 53;
