// What the tour plays on: commands that are shown as one would type them, and amounts as one would write them.
import { runToExit } from './node.mjs';

const BCT = 10n ** 12n;
const CREDITS_PER_USD = 100_000n;
const COLOURS = process.stdout.isTTY && !process.env.NO_COLOR;
const style = (code, text) => (COLOURS ? `\x1b[${code}m${text}\x1b[0m` : text);

export const title = (text) => console.log(`\n${style('1;36', `━━ ${text}`)}\n`);
export const say = (text) => console.log(wrap(text));
export const told = (text) => console.log(indent(text));

const indent = (text) => text.replace(/^/gm, '    ');

function wrap(text, width = 100) {
	const lines = [''];
	for (const word of text.split(/\s+/)) {
		if (`${lines.at(-1)} ${word}`.trim().length > width) lines.push('');
		lines.push(`${lines.pop()} ${word}`.trim());
	}
	return lines.join('\n');
}

function decimal(amount, unit, digits) {
	const scale = 10n ** BigInt(digits);
	const rounded = (amount * scale + unit / 2n) / unit;
	const fraction = (rounded % scale).toString().padStart(digits, '0').replace(/0+$/, '');
	const whole = (rounded / scale).toString().replace(/\B(?=(\d{3})+$)/g, ',');
	return fraction ? `${whole}.${fraction}` : whole;
}

export const bct = (amount) => `${decimal(amount, BCT, 4)} BCT`;
export const dollars = (credits) => `$${decimal(credits, CREDITS_PER_USD, 4)}`;
export const credits = (amount) => `${decimal(amount, 1n, 0)} DC (${dollars(amount)})`;

// Rows whose columns stand under each other.
export function table(rows) {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

const quoted = (word) => (/^[\w./:=+%-]+$/.test(word) ? word : `'${word}'`);

// The command line of a chain.
export class Commands {
	#url;

	constructor(url) {
		this.#url = url;
	}

	async #run(args) {
		const { code, stdout, stderr } = await runToExit([...args, '--url', this.#url]);
		if (code !== 0) throw new Error(`millpond ${args.map(quoted).join(' ')}: ${stdout}${stderr}`);
		return stdout;
	}

	// What a command answers, for the tour's own use: nothing is shown.
	async ask(...args) {
		return JSON.parse(await this.#run([...args.map(String), '--json']));
	}

	// Sends a transaction, and shows the command and what came of it.
	async send(who, ...args) {
		const command = [...args.map(String), '--suri', who.path];
		console.log(style(2, `  $ millpond ${command.map(quoted).join(' ')}`));
		return JSON.parse(await this.#run([...command, '--json']));
	}

	// Shows a command and what it answers.
	async show(...args) {
		const command = args.map(String);
		console.log(style(2, `  $ millpond ${command.map(quoted).join(' ')}`));
		told((await this.#run(command)).trimEnd());
	}
}
