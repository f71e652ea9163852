import { readFileSync } from 'node:fs';
import type { RoleNames } from '../attribution/stacks/roles.js';

const STACK_ROLES = new URL('../../profiles/stack-roles.json', import.meta.url);

interface StackRolesFile {
  readonly httpClients: { readonly names: readonly string[] };
  readonly testRunners: { readonly names: readonly string[] };
}

/** The reviewed names by which a stack is read. */
export function readRoleNames(): RoleNames {
  const { httpClients, testRunners } = STACK_ROLES_FILE;
  return { httpClients: new Set(httpClients.names), testRunners: new Set(testRunners.names) };
}

/** Read with the program: once the command has started, nothing of egresslock's own is read any more. */
const STACK_ROLES_FILE: StackRolesFile = JSON.parse(readFileSync(STACK_ROLES, 'utf8'));
