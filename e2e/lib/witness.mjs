// Remembers every block that any node has ever called final, and how far each node was at which time.
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 250;
// Blocks from the best to the last final one that are usual on a network in order.
const USUAL_LAG = 4;
// How old the best block may be: BABE's slots are of three seconds, and one in a row may be lost.
const USUAL_AGE_MS = 10_000;

export class Witness {
	// Height to hash.
	final = new Map();
	// What was seen to be final and was replaced, and by what.
	conflicts = [];
	#views = new Map();
	#stopped = false;

	constructor(nodes) {
		this.nodes = nodes;
		this.looking = Promise.all(nodes.map((node) => this.#follow(node)));
	}

	async #follow(node) {
		while (!this.#stopped) {
			try {
				await this.#look(node);
			} catch {
				// A node that is down has no view.
				this.#views.delete(node);
			}
			await sleep(LOOK_EVERY_MS);
		}
	}

	async #look(node) {
		const hash = await node.rpc('chain_getFinalizedHead');
		const [header, best] = await Promise.all([node.rpc('chain_getHeader', hash), node.best()]);
		const finalized = Number(header.number);
		this.#record(finalized, hash, node.name);
		const before = this.#views.get(node);
		const at = before?.best === best ? before.at : performance.now();
		this.#views.set(node, { best, finalized, at });
	}

	#record(height, hash, name) {
		const known = this.final.get(height);
		if (!known) this.final.set(height, hash);
		else if (known !== hash) this.conflicts.push({ height, was: known, is: hash, seenAt: name });
	}

	view(node) {
		return this.#views.get(node);
	}

	highest() {
		return Math.max(0, ...this.final.keys());
	}

	// Whether these nodes make blocks, agree on the last and finalise them. `age`: how old a best block may be.
	inOrder(nodes = this.nodes) {
		const views = nodes.map((node) => this.#views.get(node));
		if (views.some((view) => !view)) return false;
		const best = Math.max(...views.map((view) => view.best));
		return views.every(
			(view) => best - view.finalized <= USUAL_LAG && performance.now() - view.at < USUAL_AGE_MS,
		);
	}

	// Seconds until these nodes are in order and have finalised blocks made after the call. Fails after `timeout` seconds.
	async untilInOrder(nodes = this.nodes, timeout = 180) {
		const start = performance.now();
		const beyond = Math.max(...nodes.map((node) => this.#views.get(node)?.best ?? 0));
		const done = () => this.inOrder(nodes) && nodes.every((node) => this.#views.get(node).finalized > beyond);
		while (!done()) {
			if (performance.now() - start > 1000 * timeout) {
				const views = nodes.map((node) => `${node.name} ${JSON.stringify(this.#views.get(node))}`).join(', ');
				throw new Error(`not in order after ${timeout} s: ${views}`);
			}
			await sleep(100);
		}
		return (performance.now() - start) / 1000;
	}

	// Compares what was seen to be final with what the nodes have now. Returns how many blocks were replaced.
	async compare(nodes = this.nodes) {
		for (const [height, was] of this.final) {
			for (const node of nodes) {
				const is = await node.rpc('chain_getBlockHash', height);
				// A node that is behind does not have the block yet.
				if (is && is !== was) this.conflicts.push({ height, was, is, seenAt: node.name });
			}
		}
		return new Set(this.conflicts.map(({ height }) => height)).size;
	}

	async stop() {
		this.#stopped = true;
		await this.looking;
	}
}
