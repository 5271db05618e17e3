// An attestor by hand: what a node's attestor sends, for tests that send something else.
import { compactToU8a, hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { blake2AsU8a } from '@polkadot/util-crypto';

const EMPTY = new Uint8Array(32);
const LEVELS = 64;

const hash = (...parts) => blake2AsU8a(u8aConcat(...parts), 256);
const u64 = (number) => {
	const bytes = new Uint8Array(8);
	new DataView(bytes.buffer).setBigUint64(0, BigInt(number), true);
	return bytes;
};
const firstU64 = (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);

const leaf = (data) => hash([0], data);
const node = (left, right) => hash([1], left, right);

// A transaction of nobody: version 5, "general", with the extensions' least.
export function general(call) {
	const [version, extensions] = [[0x45], [0, 0, 0, 0, 0]];
	const body = u8aConcat(version, extensions, call.toU8a());
	return u8aToHex(u8aConcat(compactToU8a(body.length), body));
}

// A call that `attestor` authorizes by signing `message`, of which the pallet makes a hash: to be submitted as it is.
function authorized(attestor, message, call) {
	const signature = { Sr25519: attestor.sign(hash(...message)) };
	return general(call(signature).method);
}

const encoded = (api, type, value) => api.createType(type, value).toU8a();

export function heartbeat(api, attestor, { operator, period, away = [], back = [] }) {
	const message = [
		stringToU8a('millpond heartbeat'),
		api.genesisHash.toU8a(),
		encoded(api, 'u64', operator),
		encoded(api, 'u32', period),
		encoded(api, 'Vec<u64>', away),
		encoded(api, 'Vec<u64>', back),
	];
	return authorized(attestor, message, (signature) =>
		api.tx.attestation.heartbeat(operator, period, away, back, signature),
	);
}

export function commitFill(api, attestor, { operator, round, root }) {
	const message = [
		stringToU8a('millpond commit fill'),
		api.genesisHash.toU8a(),
		encoded(api, 'u64', operator),
		encoded(api, 'u32', round),
		root,
	];
	return authorized(attestor, message, (signature) =>
		api.tx.attestation.commitFill(operator, round, root, signature),
	);
}

export function commitWalk(api, attestor, { operator, round, root, present }) {
	const message = [
		stringToU8a('millpond commit walk'),
		api.genesisHash.toU8a(),
		encoded(api, 'u64', operator),
		encoded(api, 'u32', round),
		root,
		encoded(api, 'Bytes', u8aToHex(present)),
	];
	return authorized(attestor, message, (signature) =>
		api.tx.attestation.commitWalk(operator, round, root, u8aToHex(present), signature),
	);
}

// The root of an operator whose only GPU is this.
export function operatorRoot(gpu, root) {
	let below = hash([2], u64(gpu), root);
	for (let level = 0n; level < LEVELS; level++) {
		below = (BigInt(gpu) >> level) & 1n ? node(EMPTY, below) : node(below, EMPTY);
	}
	return below;
}

// The place of that GPU: all siblings are empty.
const ALONE = { occupied: 0, siblings: [] };

// A Merkle tree in which an odd node is paired with itself.
class Tree {
	constructor(leaves) {
		this.levels = [leaves];
		for (let level = leaves; level.length > 1; this.levels.push(level)) {
			level = Array.from({ length: Math.ceil(level.length / 2) }, (_, index) =>
				node(level[2 * index], level[2 * index + 1] ?? level[2 * index]),
			);
		}
	}

	get root() {
		return this.levels.at(-1)[0];
	}

	path(index) {
		return this.levels.slice(0, -1).map((level, height) => {
			const at = Math.floor(index / 2 ** height);
			return level[at ^ 1] ?? level[at];
		});
	}
}

// What a prover says that computes nothing: its memory is all zeros, and its lanes stand still at zero after their starts.
export class LazyProver {
	constructor({ rows, columns, lanes, steps, openings }) {
		Object.assign(this, { lanes, steps, openings });
		this.chunk = new Uint8Array(64);
		this.fill = new Tree(new Array((rows * columns) / 16).fill(leaf(this.chunk)));
	}

	walk(seed) {
		const start = (lane) => firstU64(hash(stringToU8a('walk'), hexToU8a(seed), u64(lane)));
		this.states = Array.from({ length: this.lanes * (this.steps + 1) }, (_, index) =>
			index % (this.steps + 1) ? 0n : start(index / (this.steps + 1)),
		);
		this.transcript = new Tree(this.states.map((state) => leaf(u64(state))));
	}

	// All chunks are alike: whatever is read, it leads to the root.
	#read() {
		return { chunk: u8aToHex(this.chunk), path: this.fill.path(0) };
	}

	#step(seed, number) {
		const drawn = firstU64(hash(stringToU8a('step'), hexToU8a(seed), u64(number)));
		const pick = Number(drawn % BigInt(this.lanes * this.steps));
		const at = pick + Math.floor(pick / this.steps);
		return {
			state: this.states[at],
			statePath: this.transcript.path(at),
			after: this.states[at + 1],
			afterPath: this.transcript.path(at + 1),
			reads: Array.from({ length: 8 }, () => this.#read()),
		};
	}

	answer(seed) {
		return {
			roots: { fill: this.fill.root, walk: this.transcript.root },
			fill: ALONE,
			walk: ALONE,
			proof: {
				entries: Array.from({ length: this.openings }, () => this.#read()),
				steps: Array.from({ length: this.openings }, (_, number) => this.#step(seed, number)),
			},
		};
	}
}
