//! Looks, before a node starts, at what would make it fail later or quietly not do its work.

use sc_service::{config::RpcEndpoint, ChainType, Configuration};
use std::net::{IpAddr, SocketAddr, TcpListener};

/// Checks that the node can start as it was asked to.
///
/// # Errors
/// A port that is taken, or a clock that would cut the node off its chain, with what to do.
pub fn check(config: &Configuration, fast_clock: Option<u32>) -> sc_cli::Result<()> {
	if fast_clock.is_some() && config.chain_spec.chain_type() != ChainType::Development {
		return Err(sc_cli::Error::Input(format!(
			"--fast-clock works on development chains only, not on '{}': start with --dev, or leave it out",
			config.chain_spec.id()
		)));
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
