// The types of the metadata as people write them.
import { code, kebabCase, line, prose, table } from './text.mjs';

// Of these only the first parameter says something; the others are bounds.
const BOUNDED = new Set(['BoundedVec', 'BoundedBTreeMap', 'BoundedBTreeSet', 'WeakBoundedVec']);

export class Types {
	#lookup;
	#pages;
	#bounds;

	// `pages` names the page, without its extension, on which the types of a crate stand, for the crates that have one.
	constructor(lookup, pages, bounds) {
		this.#lookup = lookup;
		this.#pages = pages;
		this.#bounds = bounds;
	}

	#type(id) {
		return this.#lookup.getSiType(id);
	}

	#page(path) {
		return path.length ? this.#pages(path[0].toString()) : undefined;
	}

	// A type's name, without links.
	name(id) {
		const { def, params, path } = this.#type(id);
		if (path.length) return this.#pathName(path.at(-1).toString(), params);
		if (def.isPrimitive) return def.asPrimitive.type.toLowerCase().replace(/^str$/, 'text');
		if (def.isCompact) return this.name(def.asCompact.type);
		if (def.isSequence) return this.#isByte(def.asSequence.type) ? 'bytes' : `Vec<${this.name(def.asSequence.type)}>`;
		if (def.isArray) return `[${this.name(def.asArray.type)}; ${def.asArray.len.toNumber()}]`;
		if (def.isTuple) return `(${def.asTuple.map((part) => this.name(part)).join(', ')})`;
		return def.type;
	}

	#pathName(name, params) {
		const named = params.filter(({ type }) => type.isSome).map(({ type }) => type.unwrap());
		if (name === 'BoundedVec' && this.#isByte(named[0])) return 'bytes';
		// Our own generic types are generic over the runtime's account only.
		const shown = BOUNDED.has(name) ? named.slice(0, 1) : ['Option', 'Result', 'BTreeMap', 'Page'].includes(name) ? named : [];
		return shown.length ? `${name}<${shown.map((type) => this.name(type)).join(', ')}>` : name;
	}

	#isByte(id) {
		const { def } = this.#type(id);
		return def.isPrimitive && def.asPrimitive.isU8;
	}

	// A type's name that leads to where its own types are described, as seen from a page of the reference.
	link(id, from) {
		const found = this.#ownWithin(id, []);
		const name = this.name(id);
		if (!found.length) return code(name);
		const links = found.map(({ name, page }) => `[${name}](${page === from ? '' : `${page}.md`}#type-${name.toLowerCase()})`);
		return found.length === 1 && found[0].name === name ? links[0] : `${code(name)}: ${[...new Set(links)].join(', ')}`;
	}

	// The types of our own crates that a type consists of, the outermost only.
	#ownWithin(id, seen) {
		if (seen.includes(id.toNumber())) return [];
		const { def, params, path } = this.#type(id);
		const page = this.#page(path);
		if (page && (def.isComposite || def.isVariant)) {
			const outer = { id: id.toNumber(), name: path.at(-1).toString(), page };
			return [outer, ...this.#partsOf(params, [...seen, id.toNumber()])];
		}
		const inside = [...seen, id.toNumber()];
		if (path.length) return this.#partsOf(params, inside);
		const parts = def.isSequence ? [def.asSequence.type] : def.isArray ? [def.asArray.type] : def.isTuple ? [...def.asTuple] : [];
		return parts.flatMap((part) => this.#ownWithin(part, inside));
	}

	#partsOf(params, seen) {
		return params.filter(({ type }) => type.isSome).flatMap(({ type }) => this.#ownWithin(type.unwrap(), seen));
	}

	// Our own types that are reached from these ones, each described, by the page on which that stands.
	describe(ids) {
		const pages = new Map();
		const seen = new Set();
		const queue = [...ids];
		while (queue.length) {
			const id = queue.shift();
			for (const { id: own, name, page } of this.#ownWithin(id, [])) {
				const key = `${page} ${name}`;
				if (seen.has(key)) continue;
				seen.add(key);
				if (!pages.has(page)) pages.set(page, new Map());
				pages.get(page).set(name, this.#description(own, name, page));
				queue.push(...this.#fieldTypes(own));
			}
		}
		return pages;
	}

	#fieldTypes(id) {
		const { def } = this.#type(id);
		const fields = def.isComposite ? [...def.asComposite.fields] : def.asVariant.variants.flatMap(({ fields }) => [...fields]);
		return fields.map(({ type }) => type);
	}

	#description(id, name, page) {
		const { def, docs } = this.#type(id);
		const body = def.isComposite
			? this.fields(def.asComposite.fields, page, this.#crate(id))
			: def.asVariant.variants.map((variant) => this.variant(variant, page, this.#crate(id))).join('\n');
		return [`### type ${name}`, prose(docs), body].filter(Boolean).join('\n\n');
	}

	#crate(id) {
		return this.#type(id).path[0]?.toString();
	}

	variant({ docs, fields, name }, page, crate) {
		const inner = this.#list(fields, page, crate).map((field) => `  ${field}`);
		return [`- ${code(name)}${docs.length ? `: ${line(docs)}` : ''}`, ...inner].join('\n');
	}

	fields(fields, page, crate) {
		return this.#list(fields, page, crate).join('\n');
	}

	// What is in a type, an event or an error.
	#list(fields, page, crate) {
		return fields.map(({ docs, name, type, typeName }) => {
			const label = name.isSome ? `${code(name.unwrap())} ` : '';
			const bounds = typeName?.isSome ? this.#bounds.of(typeName.unwrap().toString(), crate) : '';
			return `- ${label}${this.link(type, page)}${bounds && `, ${bounds}`}${docs.length ? `: ${line(docs)}` : ''}`;
		});
	}

	// What a call, a view function or a runtime API takes. `inputs` are of {name, type, typeName?}, the names of types as `crate`
	// writes them.
	arguments(inputs, page, crate) {
		if (!inputs.length) return '';
		return table(
			['argument', 'type', ''],
			inputs.map(({ name, type, typeName }) => {
				const written = typeName?.replace(/\b(T|Self)::/g, '').replace(/^<.* as .*>::/, '') ?? this.name(type);
				const encoded = this.link(type, page);
				const bounds = typeName ? this.#bounds.of(typeName, crate) : '';
				return [code(name), code(written), [encoded === code(written) ? '' : encoded, bounds].filter(Boolean).join(', ')];
			}),
		);
	}
}
