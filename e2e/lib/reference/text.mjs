// Markdown out of what the sources say.

// A doc comment as Markdown: links to other items of the sources lead nowhere outside rustdoc, so that their names remain.
export const prose = (lines) =>
	lines
		.map((line) => line.toString().trimEnd().replace(/^ /, ''))
		.join('\n')
		.replace(/\[(`[^`]+`)\](\((?!https?:)[^)]*\)|\[[^\]]*\])?/g, '$1')
		.replace(/\[([^\]`]+)\]\((?!https?:)[^)]*::[^)]*\)/g, '$1')
		.trim();

// The same in one line, for tables and lists.
export const line = (lines) => prose(lines).replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

export const code = (text) => `\`${text}\``;

export const table = (names, rows) =>
	[names, names.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

// A part of a page, or nothing if nothing is to be said in it.
export const section = (title, parts) => (parts.length ? [`## ${title}`, ...parts] : []);

export const page = (parts) => `${parts.filter(Boolean).join('\n\n')}\n`;

// `pool_rewards` as polkadot.js calls it: `poolRewards`.
export const camelCase = (name) => {
	const camel = name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
	return camel[0].toLowerCase() + camel.slice(1);
};

// `DataCredits` as its folder is called: `data-credits`.
export const kebabCase = (name) => name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
