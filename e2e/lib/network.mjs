// The network that `--chain local` describes: three validators, who all must vote for a block to be finalised.
import { Node } from './node.mjs';

const nodeKey = (index) => index.toString(16).padStart(64, '0');

export async function startLocalNetwork({ backends = {} } = {}) {
	const validator = (name, index, ...args) =>
		Node.spawn(name, [
			...['--chain', 'local', '--validator', `--${name}`, '--node-key', nodeKey(index)],
			...(backends[name] ? ['--network-backend', backends[name]] : []),
			...args,
		]);
	const alice = await validator('alice', 1);
	await alice.ready();
	const bootnodes = ['--bootnodes', await alice.bootnode()];
	const [bob, charlie] = await Promise.all([
		validator('bob', 2, ...bootnodes),
		validator('charlie', 3, ...bootnodes),
	]);
	const validators = [alice, bob, charlie];
	await Promise.all(validators.map((node) => node.ready()));
	return { alice, bob, charlie, validators, bootnodes };
}

export function finalizedBeyond(nodes, number, options) {
	return Promise.all(nodes.map((node) => node.waitForFinalized(number, options)));
}

async function lowestFinalized(nodes) {
	return Math.min(...(await Promise.all(nodes.map((node) => node.finalized()))));
}

// The first height, up to the lowest finalised one, at which the nodes disagree; undefined when there is none.
export async function findFork(nodes) {
	for (let height = await lowestFinalized(nodes); height > 0; height--) {
		const hashes = await Promise.all(nodes.map((node) => node.rpc('chain_getBlockHash', height)));
		// A node that began with a warp proof fetches early blocks later, and says null until then.
		if (new Set(hashes.filter(Boolean)).size > 1) return { height, hashes };
	}
}

export const equivocations = (nodes) =>
	nodes.flatMap(({ name, log }) =>
		log
			.split('\n')
			.filter((line) => /equivocat/i.test(line))
			.map((line) => `${name}: ${line}`),
	);
