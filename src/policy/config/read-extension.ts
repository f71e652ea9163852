import type { Extension } from './config.js';
import { type Place, type Read, readFields, readText, unexpected } from './place.js';

const PROFILE = /^[a-z0-9-]+(?:\/[a-z0-9-]+)?$/;
/**
 * A package's name as the registry takes new ones, and an exact version (semver.org 2.0.0, §2, §9, §10). Neither begins
 * with a hyphen, since both end up on a command line.
 */
const PACKAGE = /^((?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*)@(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)$/;
/** 64 bytes in base64 (W3C Subresource Integrity, §3.1). */
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;

const readPackage = readFields({
  package: (place: Place) => {
    const [, name, version] = PACKAGE.exec(readText(place)) ?? [];
    if (name !== undefined && version !== undefined) return { name, version };
    throw unexpected(place, 'a package and its exact version, such as "@org/policy@1.2.3"');
  },
  integrity: (place: Place) => {
    const text = readText(place);
    if (INTEGRITY.test(text)) return text;
    throw unexpected(place, '"sha512-" and 88 characters of base64, as in a package lock');
  },
});

/** One entry of `extends`. */
export const readExtension: Read<Extension> = (place) => {
  const { value } = place;
  if (typeof value === 'string') {
    if (/^\.{1,2}\//.test(value)) return { kind: 'file', path: readText(place) };
    if (PROFILE.test(value)) return { kind: 'profile', name: readText(place) };
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const { package: named, integrity } = readPackage(place);
    // Without it, whoever may publish the package could change what a build may do.
    if (named === null || integrity === null)
      throw unexpected(place, 'the keys package and integrity', ' without one');
    return { kind: 'package', ...named, integrity };
  }
  throw unexpected(
    place,
    'a profile such as npm or threats/tunnels, a path that begins with ./ or ../, or an object with the keys package and integrity',
  );
};
