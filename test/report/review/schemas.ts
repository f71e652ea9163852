/*
 * Schemas of our own, for formats of which no schema can be had from a registry: drawn from the formats' documentation,
 * they say what is required and which values there are, not all that is allowed.
 */

const text = { type: 'string', minLength: 1 };

/** GitLab's documentation, "Code Quality report format". */
export const CODE_QUALITY = {
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'location', 'severity'],
    additionalProperties: false,
    properties: {
      description: text,
      check_name: text,
      fingerprint: { type: 'string', pattern: '^[0-9a-f]{32}$' },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        additionalProperties: false,
        properties: {
          // Relative, and without ./ in front.
          path: { type: 'string', pattern: '^(?![./])' },
          lines: {
            type: 'object',
            required: ['begin'],
            properties: { begin: { type: 'integer', minimum: 1 } },
          },
        },
      },
    },
  },
};

/** in-toto attestation framework, spec/v1/statement.md and spec/predicates/runtime-trace.md. */
export const IN_TOTO = {
  type: 'object',
  required: ['_type', 'subject', 'predicateType', 'predicate'],
  additionalProperties: false,
  properties: {
    _type: { const: 'https://in-toto.io/Statement/v1' },
    predicateType: { const: 'https://in-toto.io/attestation/runtime-trace/v0.1' },
    subject: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'digest'],
        properties: {
          name: text,
          digest: {
            type: 'object',
            required: ['sha256'],
            properties: { sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
          },
        },
      },
    },
    predicate: {
      type: 'object',
      required: ['monitor', 'monitoredProcess', 'monitorLog'],
      properties: {
        monitor: {
          type: 'object',
          required: ['type'],
          properties: { type: { type: 'string', pattern: '^urn:' } },
        },
        monitoredProcess: {
          type: 'object',
          required: ['hostID', 'type', 'event'],
          properties: {
            hostID: { type: 'string', pattern: '^urn:' },
            // RFC 8141: what is no letter of a URN is percent-encoded.
            type: { type: 'string', pattern: "^urn:[A-Za-z0-9-]+:[A-Za-z0-9()+,.:=@;$_!*'%/?#~-]+$" },
            event: text,
          },
        },
        monitorLog: {
          type: 'object',
          minProperties: 1,
          properties: {
            process: { type: 'array', items: { type: 'object' } },
            network: {
              type: 'array',
              items: {
                type: 'object',
                anyOf: [{ required: ['ip'] }, { required: ['hostname'] }],
                properties: {
                  ip: { type: 'string' },
                  hostname: { type: 'string' },
                  port: { type: 'integer', minimum: 1, maximum: 65_535 },
                  protocol: { enum: ['tcp', 'udp'] },
                  invokingProcess: {},
                },
              },
            },
          },
        },
        metadata: {
          type: 'object',
          additionalProperties: false,
          properties: {
            buildStartedOn: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' },
            buildFinishedOn: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' },
          },
        },
      },
    },
  },
};

const endpoint = {
  type: 'object',
  minProperties: 1,
  properties: {
    ip: { type: 'string' },
    port: { type: 'integer', minimum: 0, maximum: 65_535 },
    hostname: { type: 'string' },
    name: { type: 'string' },
  },
};

/** Classes 4001 and 4003 of schema.ocsf.io: each activity with the type that its number and its class make. */
export const OCSF = {
  type: 'object',
  required: [
    'activity_id',
    'category_uid',
    'class_uid',
    'type_uid',
    'severity_id',
    'time',
    'metadata',
    'dst_endpoint',
  ],
  properties: {
    category_uid: { const: 4 },
    severity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
    status_id: { enum: [0, 1, 2, 99] },
    // Profile security_control: no other action, and a disposition that fits.
    action_id: { enum: [0, 1, 2] },
    disposition_id: { enum: [1, 2] },
    // Milliseconds: neither seconds nor microseconds of any year that matters.
    time: { type: 'integer', minimum: 1_000_000_000_000, maximum: 10_000_000_000_000 },
    duration: { type: 'integer', minimum: 0 },
    metadata: {
      type: 'object',
      required: ['version', 'product'],
      properties: {
        version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
        product: { type: 'object', required: ['name', 'vendor_name'] },
      },
    },
    dst_endpoint: endpoint,
    src_endpoint: endpoint,
    connection_info: {
      type: 'object',
      required: ['direction_id'],
      properties: { direction_id: { enum: [0, 1, 2, 3, 99] } },
    },
  },
  oneOf: [
    ...[1, 4, 5, 6].map((id) => ({
      properties: {
        class_uid: { const: 4001 },
        activity_id: { const: id },
        type_uid: { const: 400_100 + id },
      },
    })),
    ...[1, 2].map((id) => ({
      required: ['query'],
      properties: {
        class_uid: { const: 4003 },
        activity_id: { const: id },
        type_uid: { const: 400_300 + id },
        query: { type: 'object', required: ['hostname'], properties: { hostname: { type: 'string' } } },
        rcode_id: { enum: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99] },
      },
    })),
  ],
};
