/*
 * JSON Schema of what the types of policy.networking.k8s.io/v1alpha2 say of egress (network-policy-api,
 * apis/v1alpha2/clusternetworkpolicy_types.go): keys, counts and patterns.
 */

const LABELS = {
  type: 'object',
  properties: { matchLabels: { type: 'object', additionalProperties: { type: 'string' } } },
  additionalProperties: false,
};
const PORT_NUMBER = { type: 'integer', minimum: 1, maximum: 65_535 };
const DESTINATION = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    destinationPort: {
      type: 'object',
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: false,
      properties: {
        number: PORT_NUMBER,
        range: {
          type: 'object',
          required: ['start', 'end'],
          additionalProperties: false,
          properties: { start: PORT_NUMBER, end: PORT_NUMBER },
        },
      },
    },
  },
};
const NAME =
  '^(\\*\\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\\.?$';

export const CLUSTER_NETWORK_POLICY = {
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'policy.networking.k8s.io/v1alpha2' },
    kind: { const: 'ClusterNetworkPolicy' },
    metadata: { type: 'object', required: ['name'] },
    spec: {
      type: 'object',
      required: ['tier', 'priority', 'subject'],
      additionalProperties: false,
      properties: {
        tier: { enum: ['Admin', 'Baseline'] },
        priority: { type: 'integer', minimum: 0, maximum: 1000 },
        subject: {
          type: 'object',
          minProperties: 1,
          maxProperties: 1,
          additionalProperties: false,
          properties: { namespaces: LABELS },
        },
        egress: {
          type: 'array',
          maxItems: 25,
          items: {
            type: 'object',
            required: ['action', 'to'],
            additionalProperties: false,
            // Names are for Accept alone.
            if: { properties: { action: { enum: ['Deny', 'Pass'] } } },
            // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
            then: { properties: { to: { items: { not: { required: ['domainNames'] } } } } },
            properties: {
              name: { type: 'string', maxLength: 100 },
              action: { enum: ['Accept', 'Deny', 'Pass'] },
              to: {
                type: 'array',
                minItems: 1,
                maxItems: 25,
                items: {
                  type: 'object',
                  minProperties: 1,
                  maxProperties: 1,
                  additionalProperties: false,
                  properties: {
                    namespaces: LABELS,
                    networks: {
                      type: 'array',
                      minItems: 1,
                      maxItems: 25,
                      uniqueItems: true,
                      items: { type: 'string', maxLength: 43, pattern: '^[0-9a-f.:]+/\\d{1,3}$' },
                    },
                    domainNames: {
                      type: 'array',
                      minItems: 1,
                      maxItems: 25,
                      uniqueItems: true,
                      items: { type: 'string', pattern: NAME },
                    },
                  },
                },
              },
              protocols: {
                type: 'array',
                minItems: 1,
                maxItems: 25,
                items: {
                  type: 'object',
                  minProperties: 1,
                  maxProperties: 1,
                  additionalProperties: false,
                  properties: { tcp: DESTINATION, udp: DESTINATION },
                },
              },
            },
          },
        },
      },
    },
  },
};
