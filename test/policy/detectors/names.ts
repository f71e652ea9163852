/** Registrable names of honest hosts, from general knowledge; none of them trains anything. */
export const HONEST_LABELS: readonly string[] = `
adobe airbnb akamai algolia alibaba allegro amplitude angular ansible appveyor asana atlassian autodesk azure azureedge
backblaze baidu bandcamp basecamp bbc behance bestbuy blogspot bloomberg bootstrapcdn booking brightcove browserstack
bugsnag bunny bytedance canonical canva chromium circleci clickhouse cloudflare cloudflarestorage cloudfront cloudinary
cnn cockroachlabs codecov codepen codesandbox coinbase confluent contentful coursera coveralls cypress databricks datadog
datadoghq debian deepl deezer deno deviantart digitalocean discord discordapp disqus docker dropbox dropboxapi dribbble
duckduckgo dynatrace ebay electronjs elastic envoyproxy esbuild etsy eventbrite evernote expedia facebook fastly fbcdn
fedoraproject figma firebase firebaseapp firefox flickr flutter forbes freecodecamp gatsbyjs getpostman ghost gitbook
githubusercontent gitlab gnome gnu godaddy golang goodreads google googleapis googleusercontent gradle grafana gravatar
gstatic guardian hackerone hashicorp hasura herokuapp heroku hetzner hotjar hubspot huggingface ibm imdb imgix imgur
indiegogo instagram intercom ionic jenkins jetbrains jfrog jsdelivr jquery kaggle kayak keycloak khanacademy kickstarter
kubernetes launchdarkly lastpass letsencrypt linkedin linode loggly looker lufthansa magento mailchimp mailgun mapbox
mariadb mastercard mastodon mattermost maven medium meetup mercadolibre meteor microsoft microsoftonline mixpanel mongodb
mozilla msedge mysql namecheap nasa netflix netlify newrelic nextjs nginx nintendo nodejs nodesource notion nuxtjs nvidia
nytimes okta onedrive openai opencollective openshift openssl opera oracle outlook ovhcloud pagerduty pandora patreon
paypal paypalobjects percona pexels phabricator pinterest pivotal playwright postgresql postman preactjs prisma protonmail
pusher qualtrics quora rabbitmq rackspace raspberrypi reactjs readthedocs reddit redhat redis replit rollbar rollupjs
ruby salesforce samsung scala schema scribd sendgrid sentry servicenow shopify shutterstock signalapp sketch skype slack
snapchat snowflakecomputing snyk sonarcloud sonarsource soundcloud sourceforge spotify sqlite squarespace stackblitz
stackexchange stackoverflow statuspage steampowered storybook strava stripe sublimetext substack supabase surveymonkey
svelte swagger symfony syncthing tableau tailwindcss telegram tensorflow terraform tiktok tinyurl traefik travis trello
tumblr twilio twitch twitter typeform typescriptlang typepad udemy unity unpkg unsplash uber vercel verisign vimeo
virustotal visualstudio vmware vuejs walmart webpack webflow whatsapp wikimedia wikipedia windowsupdate wistia wix
wordpress workday xerox yahoo yandex yarn yelp youtube zapier zendesk zeit zillow zoom gmbh-hamburg stadtwerke
krankenhaus-dresden rijksoverheid gouvernement-info ayuntamiento ricerca-scientifica przyklad szkola tecnologia servicos
kolkata bangalore shinjuku hokkaido guangzhou shenzhen 1and1 3m 4chan 7zip 9gag b2clogin d3js e2e-networks k8s l10n i18n
mp3tag s3browser t3n v8 w3 web3js x264 base64 sha256sum ipv6test office365 auth0 apple-dns bitly cdn77 cdnjs edgekey
edgesuite akamaized akamaihd llnwd hwcdn rackcdn rlcdn doubleclick adnxs scorecardresearch quantserve crwdcntrl
`
  .trim()
  .split(/\s+/);

/** A small generator with a seed (mulberry32): the same names in each run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick(random: () => number, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Families of generated labels, in the manner of those that malware has used. */
export const FAMILIES: Readonly<Record<string, (random: () => number) => string>> = {
  'letters, 12 to 19': (random) => pick(random, LETTERS, 12 + Math.floor(random() * 8)),
  'letters, 8 to 11': (random) => pick(random, LETTERS, 8 + Math.floor(random() * 4)),
  'letters a to p of a hash, 16': (random) => pick(random, 'abcdefghijklmnop', 16),
  'hexadecimal, 12 to 32': (random) => pick(random, '0123456789abcdef', 12 + 4 * Math.floor(random() * 6)),
  'base32, 13': (random) => pick(random, `${LETTERS}234567`, 13),
  'letters and digits, 10': (random) => pick(random, `${LETTERS}0123456789`, 10),
  'consonants and vowels in turn, 12': (random) =>
    Array.from({ length: 6 }, () => pick(random, 'bcdfghjklmnpqrstvwxz', 1) + pick(random, 'aeiouy', 1)).join(
      '',
    ),
};
