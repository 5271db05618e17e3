import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { equivocations, finalizedBeyond, findFork, startLocalNetwork } from './lib/network.mjs';
import { waitFor } from './lib/node.mjs';
import { account, freeBalance, submit } from './lib/transactions.mjs';

const AMOUNT = 10n ** 12n;
const SENDERS = ['//Bob', '//Charlie', '//Dave', '//Eve'];
const AROUND_THE_UPGRADE = 2;

function upgradeCode() {
	const path = process.env.MILLPOND_UPGRADE_WASM;
	assert.ok(path, 'set MILLPOND_UPGRADE_WASM to the Wasm of a runtime whose spec version is one higher');
	return `0x${readFileSync(path, 'hex')}`;
}

// Sends one transfer after the other, each with the next nonce, until told to stop. A transaction is signed for one
// spec version: one that the upgrade overtakes is signed again, as a wallet would, and its nonce keeps it from counting
// twice. Notes in `specVersions` the version that each was included under.
async function transferUntil(stopped, api, sender, recipient, specVersions) {
	for (let nonce = (await api.rpc.system.accountNextIndex(sender.address)).toNumber(); !stopped(); nonce++) {
		for (let included = false; !included; ) {
			try {
				const { blockHash } = await submit(api, api.tx.balances.transferKeepAlive(recipient, AMOUNT), sender, {
					until: 'inBlock',
					nonce,
				});
				specVersions.push((await api.rpc.state.getRuntimeVersion(blockHash)).specVersion.toNumber());
				included = true;
			} catch (error) {
				if (!error.notIncluded) throw error;
				included = (await api.query.system.account(sender.address)).nonce.toNumber() > nonce;
				if (included) specVersions.push(api.runtimeVersion.specVersion.toNumber());
				else await sleep(500);
			}
		}
	}
}

describe('a runtime upgrade', { timeout: 420_000 }, () => {
	let network, api, code;

	before(async () => {
		code = upgradeCode();
		network = await startLocalNetwork();
		await finalizedBeyond(network.validators, 1, { timeout: 120_000 });
		api = await network.alice.connect();
	});

	after(() => Promise.all((network?.validators ?? []).map((node) => node.stop())));

	it('should lose no transfer and fork no node while transfers run', async () => {
		const { validators } = network;
		const oldVersion = api.runtimeVersion.specVersion.toNumber();
		const newVersion = oldVersion + 1;
		const recipient = account('//upgrade.test//recipient').address;

		let stop = false;
		const specVersions = SENDERS.map(() => []);
		const transfers = SENDERS.map((path, index) =>
			transferUntil(() => stop, api, account(path), recipient, specVersions[index]),
		);
		// A failure must not go unhandled while the upgrade is awaited; it is reported where the transfers are.
		transfers.forEach((transfer) => transfer.catch(() => (stop = true)));

		const everySenderHasSent = (version) =>
			waitFor(`transfers run under spec version ${version}`, () => {
				const counts = specVersions.map((versions) => versions.filter((each) => each === version).length);
				return stop || counts.every((count) => count >= AROUND_THE_UPGRADE);
			});
		await everySenderHasSent(oldVersion);

		const sudo = (await api.query.sudo.key()).toString();
		assert.equal(sudo, account('//Alice').address);
		const setCode = api.tx.sudo.sudoUncheckedWeight(api.tx.system.setCode(code), { refTime: 0, proofSize: 0 });
		// Its events are left unread: polkadot.js may read those of this very block by the new runtime's types.
		await setCode.signAndSend(account('//Alice'));

		for (const node of validators) {
			await node.waitFor(`runs spec version ${newVersion} at its finalised head`, async () => {
				const head = await node.rpc('chain_getFinalizedHead');
				return (await node.rpc('state_getRuntimeVersion', head)).specVersion === newVersion;
			});
		}
		await everySenderHasSent(newVersion);
		stop = true;
		await Promise.all(transfers);

		await finalizedBeyond(validators, (await network.alice.best()) + 2, { timeout: 120_000 });
		assert.equal(await freeBalance(api, recipient), AMOUNT * BigInt(specVersions.flat().length));
		assert.equal(await findFork(validators), undefined);
		assert.deepEqual(equivocations(validators), []);
	});
});
