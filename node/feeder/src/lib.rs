//! Asks several sources what a BCT costs in USD, and takes the median.
//!
//! A source is a JSON document on the web and a pointer to the price in it, `<url>#<JSON pointer>`, or a fixed price for
//! development chains, `fixed:<USD>`. All sources are asked at once, each a few times with pauses in between. Whatever
//! is late, too long, not JSON, not positive or huge counts for nothing and is logged with the reason; the median is
//! taken if ⌊2n/3⌋ + 1 of n sources gave a price. A source that is given twice counts once. Digits are read from the text of the number, never by way of a
//! float.
//!
//! ```
//! use millpond_feeder::{Feeder, Settings, Source};
//! use millpond_primitives::Price;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let sources: Vec<Source> = vec!["fixed:1.25".parse().unwrap()];
//! let feeder = Feeder::new(sources, Settings::default()).unwrap();
//! let round = feeder.round().await;
//! assert_eq!(round.median().unwrap(), Price::from_rational(5, 4));
//! # });
//! ```

pub mod decimal;
pub mod fetch;
pub mod pointer;
pub mod round;
pub mod source;

pub use round::{Answer, NoMedian, Round};
pub use source::Source;

use decimal::format_price;
use fetch::{FetchError, Fetcher};
use futures::{future::join_all, stream, FutureExt, Stream, StreamExt};
use millpond_primitives::Price;
use pointer::DocumentError;
use std::{io, time::Duration};

const LOG: &str = "feeder";

/// An answer further than this from the median, in percent, is logged as a warning.
const OUTLIER_PERCENT: u32 = 10;

/// How sources are asked.
#[derive(Clone, Debug)]
pub struct Settings {
	/// How long to wait for a whole answer.
	pub timeout: Duration,
	/// How often a source is asked in a round that fails for a reason that may pass.
	pub attempts: u32,
	/// The pause before the second attempt; it doubles with each.
	pub pause: Duration,
}

impl Default for Settings {
	/// At most 33 seconds a round.
	fn default() -> Self {
		Self {
			timeout: Duration::from_secs(10),
			attempts: 3,
			pause: Duration::from_secs(1),
		}
	}
}

/// Why a source gave no price.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SourceError {
	/// No document.
	#[error(transparent)]
	Fetch(#[from] FetchError),
	/// A document without a price.
	#[error(transparent)]
	Document(#[from] DocumentError),
}

/// Asks sources for the price.
pub struct Feeder {
	sources: Vec<Source>,
	settings: Settings,
	fetcher: Fetcher,
}

impl Feeder {
	/// A feeder of these sources, each of which counts once however often it is given.
	///
	/// # Errors
	/// No root certificates on this machine where a source is https.
	pub fn new(sources: Vec<Source>, settings: Settings) -> io::Result<Self> {
		let fetcher = Fetcher::new(settings.timeout, sources.iter().any(Source::is_https))?;
		let mut once: Vec<Source> = Vec::with_capacity(sources.len());
		for source in sources {
			if once.iter().any(|other| other.is_same(&source)) {
				log::warn!(target: LOG, "💱 {source} is given more than once and counts once");
			} else {
				once.push(source);
			}
		}
		Ok(Self {
			sources: once,
			settings,
			fetcher,
		})
	}

	/// The sources.
	pub fn sources(&self) -> &[Source] {
		&self.sources
	}

	/// Asks all sources once, at the same time, and logs what is wrong with their answers.
	pub async fn round(&self) -> Round {
		let answers = join_all(self.sources.iter().map(|source| async move {
			Answer {
				source: source.clone(),
				price: self.ask(source).await,
			}
		}))
		.await;
		let round = Round { answers };
		for answer in &round.answers {
			match &answer.price {
				Ok(price) => log::debug!(target: LOG, "{}: {} USD", answer.source, format_price(*price)),
				Err(error) => log::warn!(target: LOG, "💱 {} gives no price: {error}", answer.source),
			}
		}
		if let Ok(median) = round.median() {
			for (source, price) in round.outliers(median, OUTLIER_PERCENT) {
				log::warn!(
					target: LOG,
					"💱 {source} says {} USD, more than {OUTLIER_PERCENT}% from the median, {} USD",
					format_price(price),
					format_price(median)
				);
			}
		}
		round
	}

	/// A round for each tick, until there are no more. Ticks that come while a round goes on count as one: a slow source
	/// must not leave a row of rounds behind.
	pub fn rounds(self, ticks: impl Stream<Item = ()> + Unpin) -> impl Stream<Item = Round> {
		stream::unfold((self, ticks.fuse()), |(feeder, mut ticks)| async move {
			ticks.next().await?;
			while let Some(Some(())) = ticks.next().now_or_never() {}
			let round = feeder.round().await;
			Some((round, (feeder, ticks)))
		})
	}

	async fn ask(&self, source: &Source) -> Result<Price, SourceError> {
		match source {
			Source::Fixed(price) => Ok(*price),
			Source::Json { url, pointer } => {
				let document = self.fetch(source, url).await?;
				Ok(pointer.price(&document)?)
			}
		}
	}

	/// Fetches a source's document, again after a pause if it fails for a reason that may pass.
	async fn fetch(&self, source: &Source, url: &hyper::Uri) -> Result<Vec<u8>, FetchError> {
		let mut pause = self.settings.pause;
		let mut attempt = 1;
		loop {
			match self.fetcher.fetch(url).await {
				Err(error) if error.is_transient() && attempt < self.settings.attempts => {
					log::debug!(target: LOG, "{source}, attempt {attempt}: {error}; again in {pause:?}");
					tokio::time::sleep(pause).await;
					pause = pause.saturating_mul(2);
					attempt = attempt.saturating_add(1);
				}
				result => return result,
			}
		}
	}
}
