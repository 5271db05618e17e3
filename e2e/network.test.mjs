import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Node } from './lib/node.mjs';
import { equivocations, finalizedBeyond, findFork, startLocalNetwork } from './lib/network.mjs';

describe('a network of three validators', { timeout: 600_000 }, () => {
	const followers = [];
	let network;

	before(async () => {
		network = await startLocalNetwork({ backends: { alice: 'litep2p', bob: 'libp2p', charlie: 'litep2p' } });
	});

	after(() => Promise.all([...(network?.validators ?? []), ...followers].map((node) => node.stop())));

	it('should find each other whatever network backend each runs', () =>
		Promise.all(
			network.validators.map((node) =>
				node.waitFor('has two peers', async () => (await node.rpc('system_health')).peers === 2, {
					timeout: 90_000,
				}),
			),
		));

	it('should all author and finalise blocks', () => finalizedBeyond(network.validators, 4, { timeout: 120_000 }));

	it('should go on making blocks, and wait with finality, when one of three is killed', async () => {
		const { alice, bob, charlie } = network;
		await charlie.kill();
		const height = await alice.best();
		await Promise.all([alice, bob].map((node) => node.waitForBest(height + 4, { timeout: 90_000 })));
		assert.ok((await alice.finalized()) <= height, 'two of three are not more than two thirds');
	});

	it('should catch up and finalise again when the killed one is restarted with its database', async () => {
		const { alice, charlie, validators } = network;
		const height = await alice.best();
		await charlie.restart();
		await charlie.waitForBest(height, { timeout: 90_000 });
		await finalizedBeyond(validators, height + 2, { timeout: 180_000 });
	});

	for (const mode of ['full', 'warp']) {
		it(`should bring a new node to the same state when it syncs by --sync ${mode}`, async () => {
			const { alice, bootnodes } = network;
			const node = await Node.start(mode, ['--chain', 'local', '--sync', mode, ...bootnodes]);
			followers.push(node);

			await node.waitForFinalized(await alice.finalized(), { timeout: 120_000 });
			// Warp sync begins with a recent block and fetches the earlier ones later: this one it has.
			const hash = await node.rpc('chain_getFinalizedHead');
			await alice.waitForFinalized(await node.finalized());

			const [theirs, ours] = await Promise.all([alice, node].map((each) => each.rpc('chain_getHeader', hash)));
			assert.equal(ours.stateRoot, theirs.stateRoot);
			// The header alone could be had without the state beneath it.
			const [theirState, ourState] = await Promise.all(
				[alice, node].map((each) => each.rpc('state_getPairs', '0x', hash)),
			);
			assert.ok(ourState.length > 100);
			assert.deepEqual(ourState, theirState);
		});
	}

	it('should use the warp proof when it syncs by --sync warp', () => {
		assert.match(followers.at(-1).log, /Warp sync is complete/);
	});

	it('should hold one chain, and no validator should ever have equivocated', async () => {
		const nodes = [...network.validators, ...followers];
		assert.equal(await findFork(nodes), undefined);
		assert.deepEqual(equivocations(nodes), []);
	});
});
