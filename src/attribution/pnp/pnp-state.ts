/** How Yarn names a package: `left` with `npm:1.2.4`. */
export interface Locator {
  readonly name: string;
  readonly reference: string;
}

export interface PnpPackage extends Locator {
  /** Relative to the project, with `/` at its end; may lead out of it. */
  readonly location: string;
  readonly dependencies: readonly (Locator & { readonly alias: string })[];
}

/** `const RAW_RUNTIME_STATE =` of .pnp.cjs: JSON as the text of a string in single quotes. */
const STATE = /^const RAW_RUNTIME_STATE =\s*'/m;

/**
 * Reads what Plug'n'Play knows, from `.pnp.data.json` or out of `.pnp.cjs` (yarnpkg.com/advanced/pnp-spec). Entries of
 * another shape are left out.
 * @returns Null where the text is neither
 */
export function parsePnpState(text: string): PnpPackage[] | null {
  const json = text.startsWith('{') ? text : stringOf(text);
  const registry = json === null ? undefined : field(parsed(json), 'packageRegistryData');
  if (!Array.isArray(registry)) return null;
  const found: PnpPackage[] = [];
  for (const [name, versions] of registry.filter(Array.isArray)) {
    if (!Array.isArray(versions)) continue;
    for (const [reference, facts] of versions.filter(Array.isArray)) {
      const location = field(facts, 'packageLocation');
      // The project itself is named again, by its own name.
      if (typeof name !== 'string' || typeof reference !== 'string' || typeof location !== 'string') continue;
      found.push({ name, reference, location, dependencies: dependenciesOf(facts) });
    }
  }
  return found;
}

function dependenciesOf(facts: unknown): PnpPackage['dependencies'] {
  const list = field(facts, 'packageDependencies');
  if (!Array.isArray(list)) return [];
  return list.filter(Array.isArray).flatMap(([alias, to]) => {
    const [name, reference] = Array.isArray(to) ? to : [alias, to];
    const isWhole = [alias, name, reference].every((one) => typeof one === 'string');
    return isWhole ? [{ alias, name, reference }] : [];
  });
}

/** The text of the string, with its escapes undone; null where it has no end. */
function stringOf(text: string): string | null {
  const begin = STATE.exec(text);
  if (begin === null) return null;
  const start = begin.index + begin[0].length;
  let end = start;
  while (end < text.length && text[end] !== "'") end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) return null;
  return text.slice(start, end).replace(/\\(.)/gs, (_, escaped: string) => (escaped === '\n' ? '' : escaped));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
