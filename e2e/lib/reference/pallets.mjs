// A page for each of our own pallets.
import { camelCase, code, line, page, prose, section } from './text.mjs';

const unwrapped = (option) => (option.isSome ? option.unwrap() : undefined);

export function describePallet({ pallet, types, registry, folder, crate, ownTypes }) {
	const section_ = camelCase(pallet.name.toString());
	const variants = (option) => {
		const found = unwrapped(option);
		return found ? registry.lookup.getSiType(found.type).def.asVariant.variants : [];
	};
	const named = (variant) => `### ${variant.name}`;
	const calls = variants(pallet.calls).map((call) => {
		const inputs = call.fields.map(({ name, type, typeName }) => ({
			name: name.unwrap().toString(),
			type,
			typeName: unwrapped(typeName)?.toString(),
		}));
		const how = `api.tx.${section_}.${camelCase(call.name.toString())}(${inputs.map(({ name }) => camelCase(name)).join(', ')})`;
		return [named(call), prose(call.docs), types.arguments(inputs, folder, crate), code(how)].filter(Boolean).join('\n\n');
	});
	const events = variants(pallet.events).map((event) =>
		[named(event), prose(event.docs), types.fields(event.fields, folder, crate)].filter(Boolean).join('\n\n'),
	);
	const errors = variants(pallet.errors).map((error) => types.variant(error, folder, crate));
	const storage = (unwrapped(pallet.storage)?.items ?? []).map((item) => describeStorage(item, types, folder));
	const constants = pallet.constants.map(({ docs, name, type, value }) => {
		const decoded = registry.createTypeUnsafe(registry.createLookupType(type), [value.toU8a(true)]);
		return `- ${code(name)} ${types.link(type, folder)} = ${code(shown(decoded))}${docs.length ? `: ${line(docs)}` : ''}`;
	});
	const views = pallet.viewFunctions.map(({ docs, inputs, name, output }) =>
		[
			`### ${name}`,
			prose(docs),
			types.arguments([...inputs].map(({ name, type }) => ({ name: name.toString(), type })), folder),
			`Returns ${types.link(output, folder)}.`,
		]
			.filter(Boolean)
			.join('\n\n'),
	);
	return page([
		`# ${pallet.name}`,
		`Pallet ${pallet.index}; its terms and rules are in [pallets/${folder}](../../pallets/${folder}/README.md).`,
		...section('Calls', calls),
		...section('Events', events),
		...section('Errors', errors.length ? [errors.join('\n')] : []),
		...section('Storage', storage),
		...section('Constants', constants.length ? [constants.join('\n')] : []),
		...section('View functions', views),
		...section('Types', ownTypes),
	]);
}

// A constant as a person writes it.
function shown(value) {
	const text = JSON.stringify(value.toHuman());
	return text.replaceAll('"', '').replaceAll(',', ', ').replace(/(\d), (?=\d{3})/g, '$1,');
}

function describeStorage({ docs, modifier, name, type }, types, folder) {
	const optional = modifier.isOptional ? ', or nothing' : '';
	const keys = type.isMap ? ` by ${types.link(type.asMap.key, folder)}` : '';
	const value = type.isMap ? type.asMap.value : type.asPlain;
	return [`### ${name}`, prose(docs), `${types.link(value, folder)}${optional}${keys}`].filter(Boolean).join('\n\n');
}

// The types that a pallet's interface names.
export function typesOf(pallet, registry) {
	const fields = (option) => {
		const found = unwrapped(option);
		const variants = found ? registry.lookup.getSiType(found.type).def.asVariant.variants : [];
		return [...variants].flatMap((variant) => variant.fields.map(({ type }) => type));
	};
	const stored = (unwrapped(pallet.storage)?.items ?? []).flatMap(({ type }) =>
		type.isMap ? [type.asMap.key, type.asMap.value] : [type.asPlain],
	);
	return [
		...fields(pallet.calls),
		...fields(pallet.events),
		...fields(pallet.errors),
		...stored,
		...pallet.constants.map(({ type }) => type),
		...pallet.viewFunctions.flatMap(({ inputs, output }) => [...inputs.map(({ type }) => type), output]),
	];
}
