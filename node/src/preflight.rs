//! Looks, before a node starts, at what would make it fail later or quietly not do its work.

use crate::{
	client::files::{create_private_folder, exposed},
	folders,
};
use sc_network::config::{NodeKeyConfig, Secret};
use sc_service::{
	config::{IpNetwork, KeystoreConfig, RpcEndpoint},
	ChainType, Configuration,
};
use std::{
	fs::{self, File},
	io::ErrorKind,
	net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
	path::Path,
};

/// What an IPv4 address begins with where it is written as one of IPv6.
const MAPPED: &str = "::ffff:";
/// The bits of that beginning.
const MAPPED_BITS: u8 = 96;

/// Sets up the RPC so that it has one port: a node that quietly answers on another than it was told to is worse than one that
/// says why it does not start.
pub fn settle_rpc(config: &mut Configuration) {
	let Some(endpoints) = config.rpc.addr.as_mut() else {
		return;
	};
	for endpoint in endpoints.iter_mut() {
		endpoint.retry_random_port = false;
	}
	let everywhere = match endpoints.as_slice() {
		[four, six] => is_everywhere(four, six).then_some(four.listen_addr.port()),
		_ => None,
	};
	// Where a socket of IPv6 takes IPv4 as well, that one is enough, and a second on the same port cannot be had.
	if everywhere.is_some_and(takes_both_families) {
		endpoints.remove(0);
		for endpoint in endpoints.iter_mut() {
			endpoint.is_optional = false;
			let mapped: Vec<_> = endpoint.rate_limit_whitelisted_ips.iter().filter_map(mapped).collect();
			endpoint.rate_limit_whitelisted_ips.extend(mapped);
		}
	}
	let is_open = |endpoint: &&RpcEndpoint| !endpoint.listen_addr.ip().is_loopback();
	if let Some(endpoint) = endpoints
		.iter()
		.find(is_open)
		.filter(|endpoint| endpoint.cors.is_some())
	{
		log::warn!(
			"🌐 The RPC is open to other machines, but it answers only requests that call it localhost:{port} or \
			 127.0.0.1:{port}, and web pages of this machine or of polkadot.js: start with --rpc-cors all to answer to any other name or \
			 address, or put a proxy in front that sets the header `Host: localhost:{port}`.",
			port = endpoint.listen_addr.port()
		);
	}
}

/// Whether these are the two endpoints by which an open RPC listens on all addresses of both families.
fn is_everywhere(four: &RpcEndpoint, six: &RpcEndpoint) -> bool {
	four.listen_addr.ip() == IpAddr::V4(Ipv4Addr::UNSPECIFIED)
		&& six.listen_addr.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED)
		&& four.listen_addr.port() == six.listen_addr.port()
}

/// Whether a socket of IPv6 on this port takes connections of IPv4 as well.
fn takes_both_families(port: u16) -> bool {
	let Ok(listener) = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)) else {
		return false;
	};
	let taken = listener
		.local_addr()
		.and_then(|address| TcpListener::bind((Ipv4Addr::UNSPECIFIED, address.port())));
	taken.is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
}

/// A network of IPv4 as a socket of IPv6 sees it.
fn mapped(network: &IpNetwork) -> Option<IpNetwork> {
	let text = network.to_string();
	let (address, bits) = text.split_once('/')?;
	address.parse::<Ipv4Addr>().ok()?;
	let bits = bits.parse::<u8>().ok()?.checked_add(MAPPED_BITS)?;
	format!("{MAPPED}{address}/{bits}").parse().ok()
}

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
	if let (Some(seed), KeystoreConfig::Path { password: Some(_), .. }) = (&config.dev_key_seed, &config.keystore) {
		return Err(sc_cli::Error::Input(format!(
			"a keystore with a password cannot hold the well-known keys of {seed}, which have none: leave out --password, \
			 --password-interactive and --password-filename, or the flag that asks for these keys (--dev, --alice, …)"
		)));
	}
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
		Err(error) if error.kind() == ErrorKind::AddrInUse => Err(sc_cli::Error::Input(format!(
			"the {service} port {} is taken by another process: stop that one, or choose another port with {flag}",
			address.port()
		))),
		Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(sc_cli::Error::Input(format!(
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_networks_limits_should_hold_for_ipv4_also_where_one_socket_takes_both_families() {
		let of = |network: &str| mapped(&network.parse().expect("a network")).map(|mapped| mapped.to_string());
		assert_eq!(of("192.0.2.0/24").as_deref(), Some("::ffff:192.0.2.0/120"));
		assert_eq!(of("10.0.0.7/32").as_deref(), Some("::ffff:10.0.0.7/128"));
		assert_eq!(of("2001:db8::/32"), None);
	}
}
