// How long and how large values may be. The metadata describes bounded and ranged types as plain bytes, lists and integers, but
// names each as the sources write it: what such a name stands for is read there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Where names are found that all crates use.
const SHARED = ['primitives/src', 'traits/src', 'math/src'];
const NOT_OF_THE_CHAIN = /(^|\/)(tests?|mock|benchmarking|weights)(\.rs$|\/)/;

// `a, B<c, d>, { e }` as its parts.
function split(list) {
	const parts = [''];
	let depth = 0;
	for (const sign of list) {
		if ('<{(['.includes(sign)) depth++;
		if ('>})]'.includes(sign)) depth--;
		if (sign === ',' && depth === 0) parts.push('');
		else parts[parts.length - 1] += sign;
	}
	return parts.map((part) => part.trim()).filter(Boolean);
}

class Names {
	constants = new Map();
	aliases = new Map();

	constructor(root, folder) {
		for (const file of readdirSync(join(root, folder), { recursive: true })) {
			if (!file.endsWith('.rs') || NOT_OF_THE_CHAIN.test(file)) continue;
			const source = readFileSync(join(root, folder, file), 'utf8');
			for (const [, name, value] of source.matchAll(/\bconst (\w+): \w+ =([^;]+);/g)) this.constants.set(name, value.trim());
			for (const [, name, parameters, type] of source.matchAll(/\btype (\w+)(?:<([^=]*)>)? =([^;]+);/g)) {
				this.aliases.set(name, { parameters: split(parameters ?? ''), type: type.trim() });
			}
		}
	}
}

export class Bounds {
	#own = new Map();
	#shared;

	// `configured` gives the value of a constant of a pallet's configuration, by crate and name, where the metadata has it.
	constructor(root, crates, configured) {
		this.#shared = SHARED.map((folder) => new Names(root, folder));
		for (const [crate, folder] of crates) this.#own.set(crate, new Names(root, folder));
		this.configured = configured;
	}

	#scopes(crate) {
		return [this.#own.get(crate), ...this.#shared].filter(Boolean);
	}

	// The value of an expression of constants, or nothing where it is none.
	#value(expression, crate, bound) {
		const configured = expression.match(/^(?:<T as (?:\w+::)*Config>|T)::(\w+)$/)?.[1];
		if (configured) return this.configured(crate, configured);
		const text = expression.replace(/^\{(.*)\}$/s, '$1').replace(/\bas \w+/g, '').trim();
		const tokens = text.match(/\w+|[-+*/()]/g) ?? [];
		const values = tokens.map((token) => {
			if (/^\d/.test(token)) return `${BigInt(token.replaceAll('_', '').replace(/[ui]\d+$/, ''))}n`;
			if (/^\W$/.test(token)) return token;
			if (bound.has(token)) return bound.get(token);
			const found = this.#scopes(crate).find(({ constants }) => constants.has(token));
			return found && this.#value(found.constants.get(token), crate, new Map());
		});
		if (values.includes(undefined) || text.replace(/[\w\s]|[-+*/()]/g, '')) return undefined;
		// Numbers, operators and parentheses only.
		return new Function(`return ${values.map((value) => (typeof value === 'bigint' ? `${value}n` : value)).join(' ')}`)();
	}

	// What a type, as the sources of `crate` write it, allows: `at most 64 bytes`, `from 1 to 100`, or nothing to say.
	of(written, crate, bound = new Map(), seen = []) {
		const [, name, list] = written.replace(/\s+/g, ' ').trim().match(/^(?:\w+::)*(\w+) ?(?:<(.*)>)?$/s) ?? [];
		if (!name) return '';
		const parts = split(list ?? '');
		const value = (expression) => this.#value(expression, crate, bound);
		if (name === 'Option') return this.of(parts[0], crate, bound, seen);
		if (name === 'RangedU32' || name === 'RangedU128') {
			const [least, most] = parts.map(value);
			return least === undefined || most === undefined ? '' : `from ${number(least)} to ${number(most)}`;
		}
		if (name === 'BoundedVec' || name === 'WeakBoundedVec') {
			const most = value(parts[1].match(/^(?:\w+::)*ConstU32 ?<(.*)>$/s)?.[1] ?? parts[1]);
			return most === undefined ? '' : `at most ${number(most)} ${parts[0] === 'u8' ? 'bytes' : 'entries'}`;
		}
		const alias = this.#scopes(crate).find(({ aliases }) => aliases.has(name))?.aliases.get(name);
		// Implementations of traits name types after themselves: `type Balance = Balance`.
		if (!alias || seen.includes(name)) return '';
		const inner = new Map();
		alias.parameters.forEach((parameter, at) => {
			const constant = parameter.match(/^const (\w+)/)?.[1];
			const given = constant && parts[at] && value(parts[at]);
			if (given !== undefined && constant) inner.set(constant, given);
		});
		return this.of(alias.type, crate, inner, [...seen, name]);
	}
}

const number = (value) => value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
