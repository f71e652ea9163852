import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

/* Holds a template against AWS's own specification: resource types, names, required keys, types and enumerations. */

interface PropertyType {
  readonly type: string;
  readonly allowedValues?: readonly unknown[];
  readonly element?: PropertyType;
  readonly reference?: { readonly $ref: string };
  readonly types?: readonly PropertyType[];
}
type Properties = Readonly<Record<string, { readonly type: PropertyType; readonly required?: boolean }>>;
interface Entity {
  readonly $id: string;
  readonly cloudFormationType?: string;
  readonly properties: Properties;
}

const require = createRequire(import.meta.url);
const { schema }: { schema: Record<string, { entities: Record<string, Entity> }> } = JSON.parse(
  gunzipSync(readFileSync(require.resolve('@aws-cdk/aws-service-spec/db.json.gz'))).toString('utf8'),
);
const definitions = new Map(
  Object.values(schema.typeDefinition!.entities).map((entity) => [entity.$id, entity]),
);
const resources = new Map(
  Object.values(schema.resource!.entities).map((entity) => [entity.cloudFormationType, entity]),
);

/** What is wrong with a template; empty where nothing is. */
export function templateProblems(template: unknown): string[] {
  const named = (template as { Resources: Record<string, { Type: string; Properties: unknown }> }).Resources;
  return Object.entries(named).flatMap(([id, { Type: type, Properties: properties, ...rest }]) => {
    const entity = resources.get(type);
    if (entity === undefined) return [`${id}: no such type as ${type}`];
    const strange = Object.keys(rest).map((key) => `${id}: no such key as ${key}`);
    const references = [...JSON.stringify(properties).matchAll(/"(?:Fn::GetAtt":\["|Ref":")([^"]+)"/g)]
      .map(([, to]) => to ?? '')
      .filter((to) => !(to in named) && !(to in ((template as { Parameters?: object }).Parameters ?? {})))
      .map((to) => `${id}: refers to ${to}, which is not there`);
    return [...strange, ...references, ...objectProblems(id, properties, entity.properties)];
  });
}

function objectProblems(path: string, value: unknown, properties: Properties): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: no object`];
  const missing = Object.entries(properties)
    .filter(([key, { required }]) => required === true && !(key in value))
    .map(([key]) => `${path}: lacks ${key}`);
  const own = Object.entries(value).flatMap(([key, inner]) => {
    const property = properties[key];
    return property === undefined
      ? [`${path}: no such key as ${key}`]
      : valueProblems(`${path}.${key}`, inner, property.type);
  });
  return [...missing, ...own];
}

function valueProblems(path: string, value: unknown, type: PropertyType): string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'string':
      if (typeof value !== 'string') return [`${path}: no string`];
      return type.allowedValues === undefined || type.allowedValues.includes(value)
        ? []
        : [`${path}: ${value} is none of ${type.allowedValues.join(', ')}`];
    case 'integer':
      return Number.isInteger(value) ? [] : [`${path}: no integer`];
    case 'array':
      if (!Array.isArray(value)) return [`${path}: no list`];
      return value.flatMap((inner, index) => valueProblems(`${path}[${index}]`, inner, type.element!));
    case 'ref':
      return objectProblems(path, value, definitions.get(type.reference!.$ref)!.properties);
    case 'union': {
      const all = type.types!.map((one) => valueProblems(path, value, one));
      return all.find((problems) => problems.length === 0) ?? all[0] ?? [];
    }
    default:
      return [`${path}: the test knows no ${type.type}`];
  }
}

function isIntrinsic(value: unknown): boolean {
  const [key, ...others] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return others.length === 0 && key !== undefined && /^(?:Ref|Fn::\w+)$/.test(key);
}
