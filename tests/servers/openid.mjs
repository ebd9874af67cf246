// A real OpenID provider (npm oidc-provider) on loopback: password grant, refresh tokens that change
// with every use, login in the browser. One user: demo, password demo. GET /ahead/N moves its clock.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(process.argv[2]);
const { default: Provider, errors } = await import(require.resolve('oidc-provider'));

let ahead = 0;
const now = Date.now;
Date.now = () => now() + 1000 * ahead;

const server = createServer().listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const answer = provider(issuer).callback();
  server.on('request', (request, response) => {
    const moved = request.url.match(/^\/ahead\/(\d+)$/);
    if (!moved) return answer(request, response);
    ahead += Number(moved[1]);
    response.end();
  });
  console.log(issuer);
});

function provider(issuer) {
  const device = 'urn:ietf:params:oauth:grant-type:device_code';
  const made = new Provider(issuer, {
    clients: [{
      client_id: 'cdse-public', token_endpoint_auth_method: 'none', application_type: 'native',
      grant_types: ['refresh_token', device, 'password'], response_types: [], redirect_uris: [],
    }],
    features: { devInteractions: { enabled: true }, deviceFlow: { enabled: true }, userinfo: { enabled: true }, revocation: { enabled: true } },
    scopes: ['openid', 'offline_access'],
    ttl: { AccessToken: 600, RefreshToken: 3600, DeviceCode: 300, Grant: 7200, Interaction: 600, Session: 3600, IdToken: 600 },
    rotateRefreshToken: true,
    issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
    findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  });
  made.registerGrantType('password', (ctx) => password(made, ctx), ['username', 'password', 'scope']);
  return made;
}

async function password({ Grant, AccessToken, RefreshToken }, ctx) {
  const { client, params: { username, password } } = ctx.oidc;
  if (username !== 'demo' || password !== 'demo') throw new errors.InvalidGrant('invalid user credentials');
  const grant = new Grant({ accountId: username, clientId: client.clientId });
  grant.addOIDCScope('openid offline_access');
  const facts = { accountId: username, client, grantId: await grant.save(), gty: 'password', scope: 'openid offline_access' };
  const access = new AccessToken({ ...facts, expiresWithSession: false });
  const refresh = new RefreshToken({ ...facts, rotations: 0, iiat: Math.floor(Date.now() / 1000) });
  ctx.body = {
    access_token: await access.save(), expires_in: access.expiration,
    refresh_token: await refresh.save(), refresh_expires_in: 3600, token_type: 'Bearer',
  };
}
