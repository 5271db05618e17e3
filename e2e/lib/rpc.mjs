// JSON-RPC over HTTP, for what needs no metadata: it works before, during and after a node's restart.
export class RpcError extends Error {
	constructor(method, { code, message, data }) {
		super([method, message, typeof data === 'string' && data].filter(Boolean).join(': '));
		Object.assign(this, { code, data });
	}
}

export async function rpc(url, method, params = []) {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
		signal: AbortSignal.timeout(30_000),
	});
	if (!response.ok) throw new Error(`${method}: HTTP ${response.status} ${await response.text()}`);
	const { error, result } = await response.json();
	if (error) throw new RpcError(method, error);
	return result;
}
