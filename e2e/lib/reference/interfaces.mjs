// What nodes answer: the runtime's own APIs, and RPC methods.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { camelCase, code, page, prose, section, table } from './text.mjs';

const RUNTIME_APIS = 'runtime-apis';

// The APIs that `runtime/api` declares; the others come with Substrate.
export function ownApis(apis, root) {
	const source = readFileSync(join(root, 'runtime/api/src/lib.rs'), 'utf8');
	const own = new Set([...source.matchAll(/pub trait (\w+)/g)].map(([, name]) => name));
	return [...apis].filter(({ name }) => own.has(name.toString()));
}

export const typesOfApis = (apis) =>
	apis.flatMap(({ methods }) => methods.flatMap(({ inputs, output }) => [...inputs.map(({ type }) => type), output]));

export function describeApis(apis, types, ownTypes) {
	const method = (api, { docs, inputs, name, output }) => {
		const taken = [...inputs].map((input) => ({ name: input.name.toString(), type: input.type }));
		const how = `api.call.${camelCase(api)}.${camelCase(name.toString())}(${taken.map((input) => camelCase(input.name)).join(', ')})`;
		return [
			`### ${api}_${name}`,
			prose(docs),
			types.arguments(taken, RUNTIME_APIS),
			`Returns ${types.link(output, RUNTIME_APIS)}.`,
			code(how),
		]
			.filter(Boolean)
			.join('\n\n');
	};
	return page([
		'# Runtime APIs',
		'Read-only questions to the state of any block: `state_call` over RPC, `api.call` in polkadot.js. Those that every ' +
			'Substrate chain has are not listed.',
		...apis.flatMap(({ docs, methods, name }) => [`## ${name}`, prose(docs), ...methods.map((it) => method(name.toString(), it))]),
		...section('Types', ownTypes),
	]);
}

// Our own methods, from the sources that declare them: RPC has no metadata.
function ownMethods(root) {
	const folder = join(root, 'node/src/rpc');
	const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.rs'));
	return files.sort().flatMap((name) => methodsOf(readFileSync(join(folder, name), 'utf8')));
}

function methodsOf(source) {
	const namespace = source.match(/#\[rpc\([^\]]*namespace = "(\w+)"/)?.[1];
	if (!namespace) return [];
	const methods = source.matchAll(
		/((?:^\s*\/\/\/.*\n)+)\s*#\[method\(name = "(\w+)"[^\]]*\)\]\s*(?:async )?fn \w+\(\s*&self,?([^)]*)\)\s*->\s*RpcResult<(.*)>;/gm,
	);
	return [...methods].map(([, docs, name, inputs, result]) => ({
		name: `${namespace}_${name}`,
		docs: docs.trim().split('\n').map((line) => line.trim().replace(/^\/\/\//, '')),
		inputs: inputs.split(/,\s*(?![^<]*>)/).map((input) => input.trim()).filter(Boolean).map((input) => {
			// Each is taken as `Option<Arg<T>>`, to be read by its name: `T` is what it has to be.
			const [, label, type] = input.match(/^(\w+): Option<Arg<(.*)>>$/s);
			return { name: camelCase(label), type };
		}),
		result,
	}));
}

function describeMethod({ docs, inputs, name, result }) {
	const parameters = table(
		['parameter', 'type'],
		inputs.map(({ name, type }) => [code(name), code(type)]),
	);
	return [`### ${name}`, prose(docs), parameters, `Returns ${code(result)}.`].join('\n\n');
}

export function describeRpc(answered, root) {
	const own = ownMethods(root);
	const missing = own.filter(({ name }) => !answered.includes(name));
	if (missing.length) throw new Error(`the node does not answer ${missing.map(({ name }) => name).join(', ')}`);
	const others = answered.filter((name) => !own.some((method) => method.name === name));
	const spaces = [...new Set(others.map((name) => name.split('_')[0]))].sort();
	return page([
		'# RPC',
		'JSON-RPC 2.0 over HTTP and WebSocket, by default at `127.0.0.1:9944`. Amounts are decimal strings of the smallest unit ' +
			"(10^-12 BCT, 1 DC), and `at` is a block's hash, by default the best block's. A parameter of type `Option` may be null or left " +
			'out. [The node](../node.md) says which methods are answered to whom, and what errors mean.',
		...section('Millpond', own.map(describeMethod)),
		'## Of Substrate',
		'As on every Substrate chain: [the old interfaces](https://polkadot.js.org/docs/substrate/rpc), [the new ones]' +
			'(https://paritytech.github.io/json-rpc-interface-spec/).',
		table(
			['of', 'methods'],
			spaces.map((space) => [space, others.filter((name) => name.split('_')[0] === space).sort().map(code).join(' ')]),
		),
	]);
}
