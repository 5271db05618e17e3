//! Looks, before a node starts, at what would make it fail later or quietly not do its work.

use sc_service::{
	config::{IpNetwork, KeystoreConfig, RpcEndpoint},
	BasePath, ChainType, Configuration,
};
use std::{
	fs,
	io::{Error, ErrorKind},
	net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
	path::Path,
};

/// What an IPv4 address begins with where it is written as one of IPv6.
const MAPPED: &str = "::ffff:";
/// The bits of that beginning.
const MAPPED_BITS: u8 = 96;

/// Checks that there is a folder for the chains' data, before anything looks for it.
///
/// # Errors
/// No folder that could be used, or a file in its place, with what to do.
pub fn ensure_base_path(named: Option<&BasePath>) -> sc_cli::Result<()> {
	match named {
		Some(folder) => ensure_no_file(folder.path()),
		None if directories::ProjectDirs::from("", "", crate::cli::NAME).is_none() => Err(sc_cli::Error::Input(
			"this user has no home folder to keep the chain in: name a folder with --base-path, or set HOME".into(),
		)),
		None => Ok(()),
	}
}

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
/// A port that is taken, a folder that cannot be written, or what would keep the node from its work later, with what to do.
pub fn check(config: &Configuration, fast_clock: Option<u32>) -> sc_cli::Result<()> {
	if fast_clock.is_some() && config.chain_spec.chain_type() != ChainType::Development {
		return Err(sc_cli::Error::Input(format!(
			"--fast-clock works on development chains only, not on '{}': start with --dev, or leave it out",
			config.chain_spec.id()
		)));
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
	ensure_writable(config)
}

/// Checks that all folders of the node can be written, and makes those that are not there.
fn ensure_writable(config: &Configuration) -> sc_cli::Result<()> {
	let folders = [
		Some(config.base_path.path()),
		Some(config.data_path.as_path()),
		config.database.path(),
		config.keystore.path(),
		config.network.net_config_path.as_deref(),
	];
	for folder in folders.into_iter().flatten() {
		ensure_no_file(folder)?;
		try_writing(folder).map_err(|error| unwritable(folder, &error))?;
	}
	Ok(())
}

fn ensure_no_file(folder: &Path) -> sc_cli::Result<()> {
	let in_the_way = folder
		.ancestors()
		.find(|path| path.exists())
		.filter(|path| !path.is_dir());
	match in_the_way {
		Some(file) => Err(sc_cli::Error::Input(format!(
			"{} is a file, and the chain is kept in a folder: name another with --base-path",
			file.display()
		))),
		None => Ok(()),
	}
}

fn try_writing(folder: &Path) -> Result<(), Error> {
	fs::create_dir_all(folder)?;
	let probe = folder.join(format!(".writable-{}", std::process::id()));
	fs::write(&probe, [])?;
	fs::remove_file(&probe)
}

/// Says why a folder cannot be written, and what to do.
fn unwritable(folder: &Path, error: &Error) -> sc_cli::Error {
	let remedy = match error.kind() {
		ErrorKind::PermissionDenied => whose(folder),
		ErrorKind::ReadOnlyFilesystem => {
			"its file system is read-only: mount it for writing, or name another folder with --base-path".into()
		}
		ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
			"the disk is full: make room, or name a folder on another one with --base-path".into()
		}
		_ => "name another folder with --base-path".to_string(),
	};
	sc_cli::Error::Input(format!("{} cannot be written ({error}): {remedy}", folder.display()))
}

/// What to do where a folder may not be written: it says whose it is.
#[cfg(unix)]
fn whose(folder: &Path) -> String {
	use std::os::unix::fs::MetadataExt;
	let existing = folder.ancestors().find(|path| path.exists()).unwrap_or(folder);
	let owner = fs::metadata(existing).ok().map(|about| user(about.uid()));
	let own = fs::metadata("/proc/self").ok().map(|about| user(about.uid()));
	match (owner, own) {
		(Some(owner), Some(own)) if owner != own => format!(
			"{} belongs to {owner}, and this is {own}. Run the node as {owner}, give the folder to this user (chown -R), or \
			 name another with --base-path",
			existing.display()
		),
		_ => format!(
			"its permissions do not let this user write to {}: change them (chmod u+rwx), or name another folder with \
			 --base-path",
			existing.display()
		),
	}
}

#[cfg(not(unix))]
fn whose(_folder: &Path) -> String {
	"run the node as the user that the folder belongs to, or name another with --base-path".into()
}

/// A user as people know them: by the name, where there is one.
#[cfg(unix)]
fn user(id: u32) -> String {
	let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
	let name = users.lines().find_map(|line| {
		let mut fields = line.split(':');
		let name = fields.next()?;
		(fields.nth(1)?.parse() == Ok(id)).then(|| name.to_string())
	});
	name.map_or_else(|| format!("user {id}"), |name| format!("user '{name}'"))
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

	fn text(result: sc_cli::Result<()>) -> String {
		result.expect_err("refused").to_string()
	}

	#[test]
	fn a_networks_limits_should_hold_for_ipv4_also_where_one_socket_takes_both_families() {
		let of = |network: &str| mapped(&network.parse().expect("a network")).map(|mapped| mapped.to_string());
		assert_eq!(of("192.0.2.0/24").as_deref(), Some("::ffff:192.0.2.0/120"));
		assert_eq!(of("10.0.0.7/32").as_deref(), Some("::ffff:10.0.0.7/128"));
		assert_eq!(of("2001:db8::/32"), None);
	}

	#[test]
	fn a_base_path_should_be_refused_when_it_is_a_file_or_below_one() {
		let file = std::env::temp_dir().join(format!("millpond-base-path-{}", std::process::id()));
		fs::write(&file, "not a folder").expect("the folder is writable");
		for path in [file.clone(), file.join("below")] {
			let refused = text(ensure_base_path(Some(&BasePath::new(path))));
			assert!(
				refused.contains("--base-path") && refused.contains(&*file.to_string_lossy()),
				"{refused}"
			);
		}
		fs::remove_file(&file).expect("it is there");
		ensure_base_path(Some(&BasePath::new(file))).expect("a folder that can be made");
	}

	#[test]
	fn an_unwritable_folder_should_be_named_with_a_remedy() {
		let folder = Path::new("/nowhere/chain");
		for (kind, remedy) in [
			(ErrorKind::PermissionDenied, "--base-path"),
			(ErrorKind::ReadOnlyFilesystem, "read-only"),
			(ErrorKind::StorageFull, "make room"),
			(ErrorKind::Other, "--base-path"),
		] {
			let refused = text(Err(unwritable(folder, &kind.into())));
			assert!(
				refused.contains("/nowhere/chain") && refused.contains(remedy),
				"{refused}"
			);
		}
	}

	#[cfg(unix)]
	#[test]
	fn users_should_be_called_by_their_names() {
		assert_eq!(user(0), "user 'root'");
		assert_eq!(user(u32::MAX - 7), format!("user {}", u32::MAX - 7));
	}
}
