// Signing, submitting and reading the outcome, with the runtime's errors decoded.
import { Keyring } from '@polkadot/api';

const keyring = new Keyring({ type: 'sr25519', ss58Format: 42 });

// An account by its derivation path, e.g. `//Alice`. Needs a connected API first: that loads sr25519's WebAssembly.
export const account = (path) => keyring.createFromUri(path);

function describeDispatchError(api, error) {
	if (!error.isModule) return error.toString();
	const { section, name, docs } = api.registry.findMetaError(error.asModule);
	return `${section}.${name}: ${docs.join(' ')}`;
}

// Resolves when the transaction is `inBlock` or `finalized`, as `until` says, and has succeeded. Rejects with the
// decoded dispatch error when it has failed, and with `notIncluded` set when it got into no block.
export async function submit(api, tx, signer, { until = 'finalized', ...options } = {}) {
	const signed = await tx.signAsync(signer, options);
	return new Promise((resolve, reject) => {
		let unsubscribe;
		const settle = (action, value) => {
			unsubscribe?.();
			action(value);
		};
		const notIncluded = (message) => settle(reject, Object.assign(new Error(message), { notIncluded: true }));
		signed
			.send(({ status, events, dispatchError, txIndex }) => {
				if (status.isInvalid || status.isDropped || status.isUsurped || status.isFinalityTimeout) {
					notIncluded(`transaction ${status.type}`);
				} else if (status.isFinalized || (status.isInBlock && until === 'inBlock')) {
					if (dispatchError) settle(reject, new Error(describeDispatchError(api, dispatchError)));
					else
						settle(resolve, {
							signed,
							events,
							txIndex,
							blockHash: status.isFinalized ? status.asFinalized : status.asInBlock,
						});
				}
			})
			.then(
				(stop) => (unsubscribe = stop),
				(error) => notIncluded(error.message),
			);
	});
}

export function findEvent(api, events, section, method) {
	const found = events.find(({ event }) => event.section === section && event.method === method);
	if (!found)
		throw new Error(
			`no event ${section}.${method} among ${events.map(({ event }) => `${event.section}.${event.method}`)}`,
		);
	return found.event;
}

export async function freeBalance(api, address) {
	return (await api.query.system.account(address)).data.free.toBigInt();
}
