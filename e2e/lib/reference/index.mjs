// The reference of the runtime and the RPC, made from what a running node says of itself.
import { Metadata, TypeRegistry } from '@polkadot/types';
import { hexToU8a } from '@polkadot/util';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../node.mjs';
import { Bounds } from './bounds.mjs';
import { describeApis, describeRpc, ownApis, typesOfApis } from './interfaces.mjs';
import { describePallet, typesOf } from './pallets.mjs';
import { kebabCase, line, page, table } from './text.mjs';
import { Types } from './types.mjs';

// Has view functions, which earlier versions have not.
const METADATA_VERSION = 16;
const SHARED_TYPES = 'types';

async function metadataOf(node) {
	const argument = `0x${METADATA_VERSION.toString(16).padStart(2, '0')}000000`;
	const answer = await node.rpc('state_call', 'Metadata_metadata_at_version', argument);
	const registry = new TypeRegistry();
	const opaque = registry.createType('Option<Bytes>', hexToU8a(answer)).unwrap();
	const metadata = new Metadata(registry, opaque.toHex());
	registry.setMetadata(metadata);
	return { registry, metadata: metadata.asV16 };
}

// The pages, by their names without extension.
export async function reference(node) {
	const { registry, metadata } = await metadataOf(node);
	const folder = (pallet) => kebabCase(pallet.name.toString());
	const pallets = metadata.pallets.filter((pallet) => existsSync(join(ROOT, 'pallets', folder(pallet))));
	const folders = pallets.map(folder);
	const crateOf = (name) => `pallet_${name.replaceAll('-', '_')}`;
	const configured = (crate, name) => {
		const pallet = pallets.find((pallet) => crateOf(folder(pallet)) === crate);
		const constant = pallet?.constants.find((constant) => constant.name.toString() === name);
		if (!constant) return undefined;
		return registry.createTypeUnsafe(registry.createLookupType(constant.type), [constant.value.toU8a(true)]).toBigInt();
	};
	const bounds = new Bounds(ROOT, folders.map((name) => [crateOf(name), `pallets/${name}/src`]), configured);
	const pageOf = (crate) => {
		if (crate.startsWith('millpond_')) return SHARED_TYPES;
		const name = crate.replace(/^pallet_/, '').replaceAll('_', '-');
		return folders.includes(name) ? name : undefined;
	};
	const types = new Types(registry.lookup, pageOf, bounds);
	const apis = ownApis(metadata.apis, ROOT);
	const described = types.describe([...pallets.flatMap((pallet) => typesOf(pallet, registry)), ...typesOfApis(apis)]);
	const typesOn = (name) => [...(described.get(name) ?? [])].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);

	const pages = new Map();
	for (const pallet of pallets) {
		const name = folder(pallet);
		pages.set(name, describePallet({ pallet, types, registry, folder: name, crate: crateOf(name), ownTypes: typesOn(name) }));
	}
	pages.set(SHARED_TYPES, page(['# Shared types', 'Of more than one pallet.', ...typesOn(SHARED_TYPES)]));
	pages.set('runtime-apis', describeApis(apis, types, []));
	pages.set('rpc', describeRpc((await node.rpc('rpc_methods')).methods, ROOT));
	pages.set('README', index(pallets, folder));
	return pages;
}

function index(pallets, folder) {
	// The first paragraph of a pallet's README; the metadata has no documentation of pallets.
	const about = (pallet) => line(readFileSync(join(ROOT, 'pallets', folder(pallet), 'README.md'), 'utf8').split('\n\n')[1].split('\n')).split(/(?<=\.) /)[0];
	return page([
		'# Reference',
		"Made from the runtime's metadata and the node's sources by `scripts/reference.sh`: do not edit.",
		table(
			['pallet', ''],
			pallets.map((pallet) => [`[${pallet.name}](${folder(pallet)}.md)`, about(pallet)]),
		),
		'- [Runtime APIs](runtime-apis.md)\n- [RPC](rpc.md)\n- [Shared types](types.md)',
		'Calls and events of pallets that come with the Polkadot SDK (balances, nfts, staking, …) are in [their documentation]' +
			'(https://docs.rs/polkadot-sdk).',
	]);
}
