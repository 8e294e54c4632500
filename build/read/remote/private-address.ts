import { type LookupAllOptions, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { DataError } from '../../../src/core/errors.ts';

/** Addresses that are not on the public internet: loopback, private, link-local, shared, multicast and reserved. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv6');
}

/** The setting that allows redirects to such addresses. */
const SETTING = 'ALLOW_PRIVATE_REDIRECTS';

/** @returns whether an IP address is private; false for a name */
export function isPrivate(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(address);
  return version !== 0 && PRIVATE.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** @returns whether the environment allows redirects to private addresses */
export function allowsPrivate(env: NodeJS.ProcessEnv): boolean {
  return env[SETTING] === '1';
}

/** @throws DataError for a host that is a private address */
export function requirePublic(host: string): void {
  if (isPrivate(host)) throw refusal(host);
}

/** Looks a name up, and refuses one that leads to a private address: what was checked is what is connected to. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  const all: LookupAllOptions = { ...options, all: true };
  lookup(hostname, all, (error, addresses) => {
    if (error) return callback(error, '');
    if (addresses.some(({ address }) => isPrivate(address))) return callback(refusal(hostname), '');
    const [first] = addresses;
    return options.all ? callback(null, addresses) : callback(null, first?.address ?? '', first?.family);
  });
};

function refusal(host: string): DataError {
  return new DataError(
    `the server redirects to ${host}, a loopback or private address: set ${SETTING}=1 if that is right`,
  );
}
