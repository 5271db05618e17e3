//! Asks a source over HTTP, within bounds of time and size.

use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::{
	body::{Body, Bytes},
	header::{ACCEPT, ACCEPT_ENCODING, LOCATION, USER_AGENT},
	Method, Request, StatusCode, Uri,
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
	client::legacy::{connect::HttpConnector, Client},
	rt::TokioExecutor,
};
use rustls::{crypto::ring, ClientConfig, RootCertStore};
use std::{error::Error as StdError, io, sync::Arc, time::Duration};

/// More than any source's answer; what is longer is refused before it is read.
pub const MAX_ANSWER_BYTES: usize = 256 * 1024;
/// What the headers of an answer may take.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// Why a source gave no document.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FetchError {
	/// No whole answer in time.
	#[error("no whole answer within {} s", .0.as_secs_f32())]
	Late(Duration),
	/// No connection, or one that broke.
	#[error("{0}")]
	Broken(String),
	/// Another status than 200.
	#[error("the answer is {0}")]
	Status(StatusCode),
	/// The document is elsewhere. Not followed: a source is what it was set to be.
	#[error("the answer is {0}, a redirect to {1}: name that address if you trust it")]
	Redirect(StatusCode, String),
	/// Too long an answer.
	#[error("the answer is longer than {} KiB", MAX_ANSWER_BYTES / 1024)]
	Oversized,
}

impl FetchError {
	/// Whether asking again soon may help.
	pub fn is_transient(&self) -> bool {
		match self {
			FetchError::Late(_) | FetchError::Broken(_) => true,
			FetchError::Status(status) => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
			FetchError::Redirect(..) | FetchError::Oversized => false,
		}
	}
}

/// Asks sources.
pub struct Fetcher {
	client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
	timeout: Duration,
}

impl Fetcher {
	/// A fetcher that waits at most `timeout` for a whole answer. The machine's root certificates are read only if a
	/// source needs them.
	///
	/// # Errors
	/// No root certificates where they are needed.
	pub fn new(timeout: Duration, https: bool) -> io::Result<Self> {
		let mut roots = RootCertStore::empty();
		if https {
			let found = rustls_native_certs::load_native_certs();
			let (valid, _) = roots.add_parsable_certificates(found.certs);
			if valid == 0 {
				let why: Vec<_> = found.errors.iter().map(ToString::to_string).collect();
				return Err(io::Error::new(
					io::ErrorKind::NotFound,
					format!(
						"this machine has no root certificates for https sources: install its package ca-certificates {}",
						why.join("; ")
					),
				));
			}
		}
		let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
			.with_safe_default_protocol_versions()
			.map_err(io::Error::other)?
			.with_root_certificates(roots)
			.with_no_client_auth();
		let connector = HttpsConnectorBuilder::new()
			.with_tls_config(tls)
			.https_or_http()
			.enable_http1()
			.build();
		let client = Client::builder(TokioExecutor::new())
			// Sources are asked once a minute: by then they have closed the connection, and asking on it would fail.
			.pool_max_idle_per_host(0)
			.http1_max_buf_size(MAX_HEADER_BYTES)
			.build(connector);
		Ok(Self { client, timeout })
	}

	/// Fetches a document.
	///
	/// # Errors
	/// Anything but a whole answer with status 200 in time and within bounds.
	pub async fn fetch(&self, url: &Uri) -> Result<Vec<u8>, FetchError> {
		tokio::time::timeout(self.timeout, self.exchange(url))
			.await
			.unwrap_or(Err(FetchError::Late(self.timeout)))
	}

	async fn exchange(&self, url: &Uri) -> Result<Vec<u8>, FetchError> {
		let request = Request::builder()
			.method(Method::GET)
			.uri(url.clone())
			.header(ACCEPT, "application/json")
			.header(ACCEPT_ENCODING, "identity")
			.header(USER_AGENT, concat!("millpond-feeder/", env!("CARGO_PKG_VERSION")))
			.body(Empty::new())
			.map_err(|error| FetchError::Broken(error.to_string()))?;
		let response = self
			.client
			.request(request)
			.await
			.map_err(|error| FetchError::Broken(causes(&error)))?;
		let status = response.status();
		if status.is_redirection() {
			let to = response
				.headers()
				.get(LOCATION)
				.and_then(|location| location.to_str().ok());
			return Err(FetchError::Redirect(status, to.unwrap_or("nowhere").into()));
		}
		if status != StatusCode::OK {
			return Err(FetchError::Status(status));
		}
		if response.body().size_hint().lower() > MAX_ANSWER_BYTES as u64 {
			return Err(FetchError::Oversized);
		}
		let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES);
		match body.collect().await {
			Ok(body) => Ok(body.to_bytes().to_vec()),
			Err(error) if error.is::<LengthLimitError>() => Err(FetchError::Oversized),
			Err(error) => Err(FetchError::Broken(causes(&*error))),
		}
	}
}

/// An error with what caused it: hyper's own texts alone say little.
fn causes(error: &(dyn StdError + 'static)) -> String {
	let mut texts = vec![error.to_string()];
	let mut next = error.source();
	while let Some(cause) = next {
		let text = cause.to_string();
		if texts.last() != Some(&text) {
			texts.push(text);
		}
		next = cause.source();
	}
	texts.join(": ")
}
