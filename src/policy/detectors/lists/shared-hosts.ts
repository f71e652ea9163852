/**
 * Hosts at which anybody may store or publish something: code hosts and their APIs, object storage, chat and webhook
 * endpoints. An allowlist by name can't tell use from theft there, so it matters who speaks to them. `*.x` stands for
 * all names below x. Source: the providers' own documentation of their endpoints. Reviewed 2026-11-24.
 */
export const SHARED_HOSTS: readonly string[] = [
  '*.amazonaws.com',
  '*.blob.core.windows.net',
  '*.digitaloceanspaces.com',
  '*.github.com',
  '*.githubusercontent.com',
  '*.googleapis.com',
  '*.r2.cloudflarestorage.com',
  '*.workers.dev',
  'api.bitbucket.org',
  'api.dropboxapi.com',
  'api.telegram.org',
  'bitbucket.org',
  'codeberg.org',
  'content.dropboxapi.com',
  'discord.com',
  'discordapp.com',
  'github.com',
  'gitlab.com',
  'hooks.slack.com',
  'huggingface.co',
  'slack.com',
];
