//! A node's key, its identity among peers.

use crate::{
	chain_spec,
	client::{self, files::create_private, output::write_bytes, tell, Error, Report},
	folders,
};
use clap::Parser;
use sc_network::config::ed25519::{Keypair, SecretKey};
use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// Where a node looks for its key, below the folder of a chain.
const OWN_FILE: &str = "network/secret_ed25519";

/// Make a node's key, its identity among peers.
///
/// It goes to a new file that nobody else can read; without --file, --base-path and --default-base-path to the standard
/// output. Its public half, the peer id, is told on the standard error.
#[derive(Debug, Parser)]
pub struct GenerateNodeKeyCommand {
	/// Keep it in this new file.
	#[arg(long, value_name = "FILE")]
	file: Option<PathBuf>,

	/// As 32 raw bytes, not in hexadecimal.
	#[arg(long)]
	bin: bool,

	/// The chain of the node, with --base-path or --default-base-path: a name or a specification's file.
	#[arg(long, value_name = "CHAIN_SPEC")]
	chain: Option<String>,

	/// Keep it where the node with this folder looks for it.
	#[arg(long, value_name = "FOLDER", conflicts_with_all = ["file", "default_base_path"])]
	base_path: Option<PathBuf>,

	/// Keep it where the node looks for it if no folder is named.
	#[arg(long, conflicts_with_all = ["base_path", "file"])]
	default_base_path: bool,
}

impl GenerateNodeKeyCommand {
	/// Runs the command.
	pub(super) fn run(&self) -> sc_cli::Result<()> {
		match self.keep() {
			Ok(()) => Ok(()),
			Err(error) => client::answer(Err::<Report, _>(error), false),
		}
	}

	fn keep(&self) -> Result<(), Error> {
		let secret = SecretKey::generate();
		let content = match self.bin {
			true => secret.to_bytes().to_vec(),
			false => hex::encode(secret.to_bytes()).into_bytes(),
		};
		match self.place()? {
			Some(file) => create(&file, &content)?,
			None => write_bytes(&content)
				.map_err(|error| Error::input(format!("the node's key cannot be written: {error}")))?,
		}
		tell!("{}", Keypair::from(secret).public().to_peer_id());
		Ok(())
	}

	/// The file that the key goes to, if any.
	fn place(&self) -> Result<Option<PathBuf>, Error> {
		let base = match (&self.file, &self.base_path, self.default_base_path) {
			(Some(file), ..) => return Ok(Some(file.clone())),
			(_, Some(folder), _) => folder.clone(),
			(.., true) => folders::default_base_path().map_err(Error::input)?,
			_ => return Ok(None),
		};
		let chain = chain_spec::load(self.chain.as_deref().unwrap_or_default()).map_err(Error::input)?;
		let id = sc_service::ChainSpec::id(&chain).to_string();
		let file = base.join("chains").join(&id).join(OWN_FILE);
		tell!("The key of a node of the chain {id} goes to {}.", file.display());
		Ok(Some(file))
	}
}

fn create(file: &Path, content: &[u8]) -> Result<(), Error> {
	let shown = file.display();
	let folder = file
		.parent()
		.map_or(Ok(()), |folder| match folder.ends_with("network") {
			// A node's own folder: it would be made by the node.
			true => fs::create_dir_all(folder),
			false => Ok(()),
		});
	folder.and_then(|()| create_private(file, content)).map_err(|error| match error.kind() {
		io::ErrorKind::AlreadyExists => Error::input(format!("there is a file {shown} already, and a node's key is not overwritten"))
			.advise("Name a new file. With another key the node is another one among its peers: remove the old one if that is meant."),
		io::ErrorKind::NotFound => Error::input(format!("the node's key cannot be kept in {shown}: its folder is not there"))
			.advise("Make the folder first, or name another."),
		_ => Error::input(format!("the node's key cannot be kept in {shown}: {error}")),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

	fn keep(args: &[&str]) -> Result<(), Error> {
		let args = [&["generate-node-key"], args].concat();
		GenerateNodeKeyCommand::try_parse_from(args)
			.expect("the arguments are right")
			.keep()
	}

	#[test]
	fn a_node_key_should_be_its_owners_alone_and_never_be_overwritten() {
		let folder = std::env::temp_dir().join(format!("millpond-node-key-{}", std::process::id()));
		let _ = fs::remove_dir_all(&folder);
		fs::create_dir(&folder).expect("the temporary folder is writable");
		let base = folder.join("base").to_string_lossy().into_owned();
		let (hex, raw) = (folder.join("hex"), folder.join("raw"));
		let own = folder.join("base/chains/millpond_dev").join(OWN_FILE);
		let cases: [(&Path, Vec<&str>, usize); 3] = [
			(&hex, vec!["--file", hex.to_str().expect("text")], 64),
			(&raw, vec!["--bin", "--file", raw.to_str().expect("text")], 32),
			(&own, vec!["--chain", "dev", "--base-path", &base], 64),
		];
		for (file, args, length) in cases {
			keep(&args).expect("made");
			let content = fs::read(file).expect("it is there");
			assert_eq!(content.len(), length, "{args:?}");
			let mode = fs::metadata(file).expect("it is there").permissions().mode();
			assert_eq!(mode & 0o777, 0o600, "{args:?}");
			let again = keep(&args).expect_err("it is there already").to_string();
			assert!(
				again.contains("not overwritten") && again.contains(&*file.to_string_lossy()),
				"{again}"
			);
			assert_eq!(fs::read(file).expect("it is there"), content);
		}
		assert!(keep(&["--file", folder.join("absent/key").to_str().expect("text")]).is_err());
		fs::remove_dir_all(&folder).expect("it is ours");
	}
}
