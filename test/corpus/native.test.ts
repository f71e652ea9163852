import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';

/** An addon of Node-API that connects by itself; declared here, so that it compiles where Node's headers are not. */
const ADDON = `
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
int napi_create_function(napi_env, const char *, size_t, napi_callback, void *, napi_value *);

static napi_value call(napi_env env, napi_callback_info info) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(80)};
  inet_pton(AF_INET, "198.51.100.31", &to.sin_addr);
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(s, (struct sockaddr *)&to, sizeof to) == 0) write(s, "x", 1);
  close(s);
  return NULL;
}

napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  napi_value made;
  napi_create_function(env, "call", 4, call, NULL, &made);
  return made;
}
`;

describeLab('a native addon', () => {
  let lab: Lab;
  let run: ReportedRun;
  beforeAll(async () => {
    lab = await startLab();
    const folder = join(lab.folder, 'native');
    const addon = join(folder, 'node_modules/addon');
    mkdirSync(addon, { recursive: true });
    const files = {
      'package.json': '{ "name": "app", "version": "1.0.0", "dependencies": { "addon": "1.0.0" } }',
      'test.js':
        "require('addon')(); require('http').get('http://web.lab.example/', (answer) => answer.resume());\n",
      'node_modules/addon/package.json': '{ "name": "addon", "version": "1.0.0", "main": "addon.node" }',
      'node_modules/addon/addon.c': ADDON,
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    execFileSync('cc', ['-shared', '-fPIC', '-o', 'addon.node', 'addon.c'], { cwd: addon });
    run = await observe(lab, ['node', 'test.js'], { cwd: folder, args: ['--phase', 'test'] });
  });
  afterAll(() => lab?.stop());

  test('what it does is known to be native, and nobody is named for it', () => {
    expect(run.to('198.51.100.31')).toMatchObject([
      { port: 80, connections: 1, attributions: [{ package: null, evidence: 'native' }] },
    ]);
    expect(run.report.capture.verdict).toBe('complete');
  });

  test('what stands beside it in JavaScript is named', () => {
    const [own] = run.to('web.lab.example').flatMap(({ attributions }) => attributions);
    expect(own).toMatchObject({ package: { name: 'app' }, evidence: 'stack+hash' });
    expect(run.report.findings.filter(({ rule }) => rule === 'hook-lost')).toEqual([]);
  });
});
