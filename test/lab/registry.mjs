import { createHash } from 'node:crypto';
import { packageTarball } from './tar.mjs';

/**
 * A package registry over fixtures, for the real package managers: packuments and tarballs, nothing else. Of a name's
 * versions the last is the latest. Returns the handler of its requests.
 */
export function createRegistry(origin, fixtures) {
  const tarballs = new Map();
  const packuments = new Map();
  for (const { name, version, manifest, files } of fixtures) {
    const tarball = packageTarball({ 'package.json': JSON.stringify(manifest), ...files });
    const path = `/${name}/-/${name}-${version}.tgz`;
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const shasum = createHash('sha1').update(tarball).digest('hex');
    const hasInstallScript =
      ['preinstall', 'install', 'postinstall'].some((event) => manifest.scripts?.[event] !== undefined) ||
      manifest.gypfile === true;
    tarballs.set(path, tarball);
    const others = packuments.get(`/${name}`);
    packuments.set(`/${name}`, {
      name,
      'dist-tags': { latest: version },
      versions: {
        ...others?.versions,
        [version]: {
          ...manifest,
          hasInstallScript,
          dist: { tarball: `${origin}${path}`, integrity, shasum },
        },
      },
      time: { ...others?.time, [version]: '2020-01-01T00:00:00.000Z' },
    });
  }
  return (request, response) => {
    const path = decodeURIComponent(new URL(request.url, origin).pathname);
    const tarball = tarballs.get(path);
    const packument = packuments.get(path);
    if (tarball !== undefined)
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball);
    else if (packument !== undefined)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(packument));
    else response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
  };
}
