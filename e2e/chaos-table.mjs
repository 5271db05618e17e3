// Writes the results of chaos.mjs as a table between the marks of a page: `node chaos-table.mjs results.json docs/chaos.md`.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const [, , resultsPath, page] = process.argv;
const outcome = JSON.parse(readFileSync(resultsPath, 'utf8'));
if (outcome.skipped) {
	console.error(`nothing was tried: ${outcome.skipped}`);
	process.exit(1);
}

// The least, the middle and the most of numbers with a unit; other words once each.
function summary(seen) {
	const numbers = seen.map((text) => Number.parseFloat(text)).sort((a, b) => a - b);
	if (seen.length > 1 && seen.every((text) => /^[\d.]+ s$/.test(text)))
		return `${numbers[0]} to ${numbers.at(-1)} s, mostly ${numbers[numbers.length >> 1]} s`;
	return [...new Set(seen)].join('; ');
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const rows = Object.values(outcome.results).map(({ what, right, tries, seen, failures }) => {
	const failed = failures.length ? `${failures.length} of ${tries} failed: ${[...new Set(failures)].slice(0, 3).join('; ')}` : 'yes';
	return `| ${[what, right, String(tries), summary(seen), failed].map(cell).join(' | ')} |`;
});
const table = [
	`${outcome.minutes.toFixed(0)} minutes, ${outcome.blocks} final blocks, seed ${outcome.seed}, on ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}.`,
	'',
	'| what | right | tries | seen | held |',
	'|---|---|---|---|---|',
	...rows,
].join('\n');

const text = readFileSync(page, 'utf8');
const [begin, end] = ['<!-- trials -->', '<!-- /trials -->'];
const written = text.replace(new RegExp(`${begin}.*?${end}`, 's'), () => `${begin}\n${table}\n${end}`);
if (!text.includes(begin)) throw new Error(`${page} has no ${begin}`);
writeFileSync(page, written);
