import { WsProvider } from '@polkadot/api';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Node } from './lib/node.mjs';
import { account, findEvent, freeBalance, submit } from './lib/transactions.mjs';

const BCT = 10n ** 12n;

describe('a development node', { timeout: 180_000 }, () => {
	let node, api, firstBlockSeconds;

	before(async () => {
		node = await Node.spawn('dev', ['--dev', '--rpc-methods', 'safe']);
		await node.waitForBest(1, { timeout: 30_000, interval: 20 });
		firstBlockSeconds = (performance.now() - node.spawnedAt) / 1000;
		api = await node.connect();
	});

	after(() => node?.stop());

	it('should make its first block within 5 s of its start', () => {
		assert.ok(firstBlockSeconds <= 5, `it took ${firstBlockSeconds.toFixed(1)} s`);
	});

	it('should finalise its blocks', () => node.waitForFinalized(1, { timeout: 30_000 }));

	it('should tell wallets the token and the address format', async () => {
		const { tokenSymbol, tokenDecimals, ss58Format } = await node.rpc('system_properties');
		assert.deepEqual(
			{ tokenSymbol, tokenDecimals, ss58Format },
			{ tokenSymbol: 'BCT', tokenDecimals: 12, ss58Format: 42 },
		);
		assert.equal(api.consts.system.ss58Prefix.toNumber(), 42);
	});

	it('transfers should be finalised when signed by polkadot.js, for the fee that was quoted', async () => {
		const sender = account('//Bob');
		const recipient = account('//dev.test//new account').address;
		const tx = api.tx.balances.transferKeepAlive(recipient, 5n * BCT);
		const before = await freeBalance(api, sender.address);
		assert.equal(await freeBalance(api, recipient), 0n);

		const { events, signed, blockHash } = await submit(api, tx, sender);
		// Fees move a little with every block: the quote that counts is the one of the block built upon.
		const { parentHash } = await api.rpc.chain.getHeader(blockHash);
		const quote = await (
			await api.at(parentHash)
		).call.transactionPaymentApi.queryInfo(signed.toU8a(), signed.encodedLength);

		const { who, actualFee } = findEvent(api, events, 'transactionPayment', 'TransactionFeePaid').data;
		assert.equal(who.toString(), sender.address);
		assert.equal(actualFee.toBigInt(), quote.partialFee.toBigInt());
		assert.equal(await freeBalance(api, recipient), 5n * BCT);
		assert.equal(await freeBalance(api, sender.address), before - 5n * BCT - actualFee.toBigInt());
	});

	it('should follow the chain when asked by the new JSON-RPC API', async () => {
		const provider = new WsProvider(node.ws);
		try {
			await provider.isReady;
			const events = [];
			const subscription = await provider.subscribe(
				'chainHead_v1_followEvent',
				'chainHead_v1_follow',
				[true],
				(error, event) => events.push(error ?? event),
			);
			const seen = (name) => node.waitFor(`sends ${name}`, () => events.find(({ event }) => event === name));

			const { finalizedBlockHashes, finalizedBlockRuntime } = await seen('initialized');
			assert.equal(finalizedBlockRuntime.spec.specName, api.runtimeVersion.specName.toString());
			assert.match(
				await provider.send('chainHead_v1_header', [subscription, finalizedBlockHashes.at(-1)]),
				/^0x/,
			);
			await seen('newBlock');
			await seen('finalized');
			await provider.send('chainHead_v1_unfollow', [subscription]);
		} finally {
			await provider.disconnect();
		}
	});

	it('should refuse unsafe calls when only the safe ones are exposed', async () => {
		await assert.rejects(node.rpc('author_rotateKeys'), /unsafe/);
	});

	it('should offer its operators the calls they need', async () => {
		const { methods } = await node.rpc('rpc_methods');
		for (const method of [
			'author_rotateKeysWithOwner',
			'babe_epochAuthorship',
			'chainHead_v1_follow',
			'grandpa_roundState',
			'payment_queryInfo',
			'state_getMetadata',
			'system_accountNextIndex',
			'system_health',
		]) {
			assert.ok(methods.includes(method), `no ${method}`);
		}
	});

	it('should say why when a transaction cannot be paid for', async () => {
		const pauper = account('//dev.test//pauper');
		const tx = api.tx.balances.transferKeepAlive(account('//Bob').address, 1n);
		await assert.rejects(submit(api, tx, pauper), /Inability to pay some fees/);
	});

	it('should say why when a transfer exceeds the balance', async () => {
		const sender = account('//Charlie');
		const tx = api.tx.balances.transferKeepAlive(
			account('//Bob').address,
			(await freeBalance(api, sender.address)) + BCT,
		);
		await assert.rejects(submit(api, tx, sender, { until: 'inBlock' }), /FundsUnavailable|InsufficientBalance/);
	});

	it('should say why when a nonce was used before', async () => {
		const sender = account('//Bob');
		const tx = api.tx.balances.transferKeepAlive(account('//Charlie').address, BCT);
		assert.ok((await api.rpc.system.accountNextIndex(sender.address)).toNumber() > 0);
		await assert.rejects(submit(api, tx, sender, { nonce: 0 }), /outdated/);
	});
});
