//! Looks, before a node starts, at what would make it fail later or quietly not do its work.

use crate::{
	client::files::{create_private_folder, exposed},
	folders,
};
use sc_network::config::{NodeKeyConfig, Secret};
use sc_service::{config::RpcEndpoint, ChainType, Configuration};
use std::{
	fs::{self, File},
	net::{IpAddr, SocketAddr, TcpListener},
	path::Path,
};

/// Checks that the node can start as it was asked to.
///
/// # Errors
/// A folder that this user may not use, a port that is taken, or a clock that would cut the node off its chain, with what to
/// do.
pub fn check(config: &Configuration, fast_clock: Option<u32>) -> sc_cli::Result<()> {
	if fast_clock.is_some() && config.chain_spec.chain_type() != ChainType::Development {
		return Err(sc_cli::Error::Input(format!(
			"--fast-clock works on development chains only, not on '{}': start with --dev, or leave it out",
			config.chain_spec.id()
		)));
	}
	let own = [
		Some(config.base_path.path()),
		config.database.path(),
		config.network.net_config_path.as_deref(),
	];
	for folder in own.into_iter().flatten() {
		folders::ensure_writable(folder).map_err(sc_cli::Error::Input)?;
	}
	if let Some(keystore) = config.keystore.path() {
		// The keystore makes files before it takes them from others: they are not to be seen in between.
		create_private_folder(keystore)
			.and_then(|()| fs::read_dir(keystore))
			.map_err(|error| sc_cli::Error::Input(folders::explain(keystore, &error)))?;
	}
	if let NodeKeyConfig::Ed25519(Secret::File(file)) = &config.network.node_key {
		check_node_key(file).map_err(sc_cli::Error::Input)?;
	}
	// A node that quietly answers on another port than it was told to is worse than one that says why it does not start.
	for RpcEndpoint { listen_addr, .. } in config
		.rpc
		.addr
		.iter()
		.flatten()
		.filter(|endpoint| !endpoint.is_optional)
	{
		ensure_free("RPC", *listen_addr, "--rpc-port")?;
	}
	if let Some(prometheus) = &config.prometheus_config {
		ensure_free("Prometheus", prometheus.port, "--prometheus-port")?;
	}
	for address in listen_addresses(config) {
		ensure_free("p2p", address, "--port")?;
	}
	Ok(())
}

/// Looks at the file with the node's key: it is a secret like others, by which somebody else can pass for this node.
fn check_node_key(file: &Path) -> Result<(), String> {
	let Ok(found) = fs::metadata(file) else {
		// The node makes one, or says what is missing.
		return Ok(());
	};
	if let Some(mode) = exposed(&found) {
		log::warn!(
			"⚠️ Others may read the node's key {} (its mode is {mode}), and pass for this node: chmod 600 it",
			file.display()
		);
	}
	File::open(file)
		.map(|_| ())
		.map_err(|error| folders::explain(file, &error))
}

fn ensure_free(service: &str, address: SocketAddr, flag: &str) -> sc_cli::Result<()> {
	match TcpListener::bind(address) {
		Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Err(sc_cli::Error::Input(format!(
			"the {service} port {} is taken by another process: stop that one, or choose another port with {flag}",
			address.port()
		))),
		Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Err(sc_cli::Error::Input(format!(
			"the {service} port {} needs rights that this user does not have: choose one from 1024 up with {flag}",
			address.port()
		))),
		// Whatever else is wrong shows, with its cause, when the service itself starts.
		_ => Ok(()),
	}
}

/// The TCP addresses that the network is to listen on; a port of 0 stands for any free one.
fn listen_addresses(config: &Configuration) -> Vec<SocketAddr> {
	use sc_network::multiaddr::Protocol;
	config
		.network
		.listen_addresses
		.iter()
		.filter_map(|address| {
			let mut parts = address.iter();
			let ip = match parts.next()? {
				Protocol::Ip4(ip) => IpAddr::V4(ip),
				Protocol::Ip6(ip) => IpAddr::V6(ip),
				_ => return None,
			};
			match parts.next()? {
				Protocol::Tcp(port) if port != 0 => Some(SocketAddr::new(ip, port)),
				_ => None,
			}
		})
		.collect()
}
