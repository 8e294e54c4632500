import { createClient } from '../../src/client/client.ts';

/**
 * Calls a service in every way that the client has.
 *
 * @returns what came of it, the same on every runtime
 */
export async function checkClient(origin: string): Promise<unknown> {
  const client = createClient(origin);
  const request = {
    customer_id: 1,
    country_code: 'Peru',
    total_orders: 15,
    segment_name: 'frequency_segment',
  };
  const unreachable = createClient('http://127.0.0.1:9', { timeout: 5_000 });
  const [voucher, vouchers, artifact, ready, refused, alone] = await Promise.all([
    client.voucher(request),
    client.vouchers([request, { ...request, country_code: '' }]),
    client.artifact(),
    client.ready(),
    client.voucher({ ...request, total_orders: -1 }),
    unreachable.ready(),
  ]);
  return {
    voucher: voucher.ok ? voucher.answer.source : voucher.problem.code,
    vouchers: vouchers.ok
      ? vouchers.answer.map((entry) => ('error' in entry ? entry.error.code : entry.source))
      : vouchers.problem.code,
    artifact: artifact.ok ? artifact.answer.version : artifact.problem.code,
    ready: ready.ok ? ready.answer.version : ready.problem.code,
    refused: refused.ok ? refused.answer.source : refused.problem.code,
    alone: alone.ok ? alone.answer.status : alone.problem.code,
  };
}

/** @param version of the artifact that the service has */
export function expectedOfClient(version: string): unknown {
  return {
    voucher: 'segment',
    vouchers: ['segment', 'invalid_request'],
    artifact: version,
    ready: version,
    refused: 'invalid_request',
    alone: 'network_error',
  };
}
