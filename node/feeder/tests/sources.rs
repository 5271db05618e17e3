//! The feeder against a real HTTP server on this machine that behaves in all the ways that servers do.

use millpond_feeder::{
	decimal::DecimalError,
	fetch::{FetchError, MAX_ANSWER_BYTES},
	pointer::DocumentError,
	Feeder, NoMedian, Round, Settings, Source, SourceError,
};
use millpond_primitives::Price;
use std::{
	collections::HashMap,
	sync::{Arc, Mutex},
	time::{Duration, Instant},
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
};

const TIMEOUT: Duration = Duration::from_millis(400);

/// A server on a free port that counts how often each path is asked for.
struct Server {
	address: String,
	asked: Arc<Mutex<HashMap<String, u32>>>,
}

impl Server {
	async fn start() -> Self {
		let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
		let address = listener.local_addr().expect("it is bound").to_string();
		let asked = Arc::new(Mutex::new(HashMap::new()));
		let counts = asked.clone();
		tokio::spawn(async move {
			while let Ok((stream, _)) = listener.accept().await {
				tokio::spawn(serve(stream, counts.clone()));
			}
		});
		Self { address, asked }
	}

	fn source(&self, path: &str) -> Source {
		format!("http://{}{path}#/price", self.address)
			.parse()
			.expect("a source")
	}

	fn asked(&self, path: &str) -> u32 {
		self.asked.lock().expect("no panic").get(path).copied().unwrap_or(0)
	}
}

/// Answers one request by its path.
async fn serve(mut stream: TcpStream, asked: Arc<Mutex<HashMap<String, u32>>>) -> std::io::Result<()> {
	let mut request = Vec::new();
	while !request.ends_with(b"\r\n\r\n") {
		request.push(stream.read_u8().await?);
	}
	let request = String::from_utf8_lossy(&request).to_string();
	let path = request.split(' ').nth(1).unwrap_or_default().to_string();
	let times = {
		let mut asked = asked.lock().expect("no panic");
		let times = asked.entry(path.clone()).or_insert(0);
		*times += 1;
		*times
	};
	let json = |body: &str| {
		format!(
			"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
			body.len()
		)
	};
	let status = |line: &str, headers: &str| format!("HTTP/1.1 {line}\r\n{headers}Content-Length: 0\r\n\r\n");
	let answer = match path.as_str() {
		"/good" => json(r#"{ "price": 1.25 }"#),
		"/text" => json(r#"{ "price": "1.27" }"#),
		"/other" => json(r#"{ "price": 1.29 }"#),
		"/wild" => json(r#"{ "price": 900 }"#),
		"/exact" => json(r#"{ "price": 0.123456789012345678 }"#),
		"/negative" => json(r#"{ "price": -1.25 }"#),
		"/zero" => json(r#"{ "price": 0.0 }"#),
		"/huge" => json(r#"{ "price": 1e30 }"#),
		"/nan" => json(r#"{ "price": NaN }"#),
		"/nan-text" => json(r#"{ "price": "NaN" }"#),
		"/null" => json(r#"{ "price": null }"#),
		"/absent" => json(r#"{ "cost": 1.25 }"#),
		"/html" => json("<html>maintenance</html>"),
		"/empty" => json(""),
		"/404" => status("404 Not Found", ""),
		"/204" => status("204 No Content", ""),
		"/503" => status("503 Service Unavailable", ""),
		"/429" => status("429 Too Many Requests", ""),
		"/redirect" => status("302 Found", "Location: http://127.0.0.1:1/elsewhere\r\n"),
		"/recovers" if times < 3 => status("503 Service Unavailable", ""),
		"/recovers" => json(r#"{ "price": 1.25 }"#),
		"/hangs-up" => return Ok(()),
		"/not-http" => "220 mail.example.org ESMTP\r\n".into(),
		"/late" => {
			tokio::time::sleep(TIMEOUT * 4).await;
			json(r#"{ "price": 1.25 }"#)
		}
		"/silent" => {
			tokio::time::sleep(Duration::from_secs(60)).await;
			return Ok(());
		}
		// The headers come at once, the body a byte at a time and never whole.
		"/drips" => {
			stream
				.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
				.await?;
			loop {
				stream.write_all(b" ").await?;
				tokio::time::sleep(Duration::from_millis(20)).await;
			}
		}
		"/chunked" => {
			let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
			stream.write_all(head).await?;
			for part in ["{ \"pri", "ce\": 1.", "25 }"] {
				stream
					.write_all(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes())
					.await?;
				tokio::time::sleep(Duration::from_millis(10)).await;
			}
			"0\r\n\r\n".into()
		}
		"/cut-short" => "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{ \"price\": 1.25 }".into(),
		"/oversized" => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{{", u64::from(u32::MAX)),
		// Without a length: what is too long shows only as it comes.
		"/endless" => {
			stream
				.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
				.await?;
			loop {
				stream
					.write_all(format!("1000\r\n{}\r\n", " ".repeat(4096)).as_bytes())
					.await?;
			}
		}
		"/many-headers" => {
			stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
			loop {
				stream
					.write_all(b"X-Padding: ____________________________________________\r\n")
					.await?;
			}
		}
		_ => status("500 Internal Server Error", ""),
	};
	stream.write_all(answer.as_bytes()).await?;
	stream.shutdown().await
}

fn settings() -> Settings {
	Settings {
		timeout: TIMEOUT,
		attempts: 3,
		pause: Duration::from_millis(10),
	}
}

async fn ask(sources: Vec<Source>) -> Round {
	Feeder::new(sources, settings()).expect("no https").round().await
}

/// Asks one source.
async fn price(server: &Server, path: &str) -> Result<Price, SourceError> {
	ask(vec![server.source(path)]).await.answers.remove(0).price
}

/// Why a source is refused.
async fn refusal(server: &Server, path: &str) -> SourceError {
	price(server, path).await.expect_err(path)
}

fn usd(hundredths: u128) -> Price {
	Price::from_rational(hundredths, 100)
}

#[tokio::test]
async fn good_answers_should_be_read_exactly() {
	let server = Server::start().await;
	assert_eq!(price(&server, "/good").await, Ok(usd(125)));
	assert_eq!(price(&server, "/text").await, Ok(usd(127)));
	assert_eq!(price(&server, "/chunked").await, Ok(usd(125)));
	assert_eq!(
		price(&server, "/exact").await,
		Ok(Price::from_inner(123_456_789_012_345_678))
	);
	assert_eq!(server.asked("/good"), 1);
}

#[tokio::test]
async fn wrong_answers_should_be_refused_at_once_with_the_reason() {
	let server = Server::start().await;
	for (path, told) in [
		("/negative", "-1.25 is negative"),
		("/zero", "is zero"),
		("/huge", "1e30 is more than 1000000 USD"),
		("/nan", "not JSON"),
		("/nan-text", "'NaN' is not a decimal number"),
		("/null", "neither a number nor a string"),
		("/absent", "nothing at /price"),
		("/html", "not JSON"),
		("/empty", "not JSON"),
		("/404", "404 Not Found"),
		("/204", "204 No Content"),
		("/redirect", "a redirect to http://127.0.0.1:1/elsewhere"),
		("/oversized", "longer than 256 KiB"),
		("/endless", "longer than 256 KiB"),
	] {
		let refused = refusal(&server, path).await.to_string();
		assert!(refused.contains(told), "{path}: {refused}");
		assert_eq!(server.asked(path), 1, "{path}: asking again does not help");
	}
	assert_eq!(
		refusal(&server, "/negative").await,
		SourceError::Document(DocumentError::NotAPrice(DecimalError::Negative("-1.25".into())))
	);
	const { assert!(MAX_ANSWER_BYTES < 1 << 20) };
}

#[tokio::test]
async fn failures_that_may_pass_should_be_tried_again_and_then_told() {
	let server = Server::start().await;
	for path in ["/503", "/429", "/hangs-up", "/not-http", "/cut-short", "/many-headers"] {
		let refused = refusal(&server, path).await;
		let SourceError::Fetch(error) = &refused else {
			panic!("{path}: {refused}");
		};
		assert!(error.is_transient(), "{path}: {refused}");
		assert_eq!(server.asked(path), 3, "{path}: {refused}");
	}
	assert_eq!(price(&server, "/recovers").await, Ok(usd(125)));
	assert_eq!(server.asked("/recovers"), 3);
}

#[tokio::test]
async fn a_server_that_does_not_answer_should_be_given_up() {
	let server = Server::start().await;
	for path in ["/late", "/silent", "/drips"] {
		assert_eq!(
			refusal(&server, path).await,
			SourceError::Fetch(FetchError::Late(TIMEOUT)),
			"{path}"
		);
	}
	let nobody: Source = "http://127.0.0.1:1/price#/price".parse().expect("a source");
	let refused = ask(vec![nobody])
		.await
		.answers
		.remove(0)
		.price
		.expect_err("nobody listens");
	assert!(refused.to_string().contains("refused"), "{refused}");
	let nowhere: Source = "http://host.invalid/price#/price".parse().expect("a source");
	assert!(ask(vec![nowhere]).await.answers.remove(0).price.is_err());
}

#[tokio::test]
async fn sources_should_be_asked_together_and_a_bad_minority_not_matter() {
	let server = Server::start().await;
	let paths = ["/good", "/silent", "/other", "/wild", "/text"];
	let start = Instant::now();
	let round = ask(paths.map(|path| server.source(path)).to_vec()).await;
	// Three attempts at the silent one; one after another would take much longer.
	assert!(start.elapsed() < TIMEOUT * 5, "{:?}", start.elapsed());
	assert_eq!(round.prices(), [usd(125), usd(127), usd(129), usd(90_000)]);
	assert_eq!(round.median(), Ok(usd(128)));
}

#[tokio::test]
async fn there_should_be_no_price_when_a_third_of_the_sources_give_none() {
	let server = Server::start().await;
	let round = ask(["/good", "/other", "/html"].map(|path| server.source(path)).to_vec()).await;
	let none = NoMedian {
		answered: 2,
		asked: 3,
		needed: 3,
	};
	assert_eq!(round.median(), Err(none));
	assert_eq!(none.to_string(), "2 of 3 sources gave a price, and 3 must");
}

#[tokio::test]
async fn a_source_should_count_once_when_it_is_given_twice() {
	let server = Server::start().await;
	let round = ask(["/good", "/good", "/html"].map(|path| server.source(path)).to_vec()).await;
	assert_eq!(round.answers.len(), 2);
	assert_eq!(server.asked("/good"), 1);
	let none = NoMedian {
		answered: 1,
		asked: 2,
		needed: 2,
	};
	assert_eq!(round.median(), Err(none));
}

#[tokio::test]
async fn a_round_should_follow_each_tick_and_those_of_a_slow_round_count_as_one() {
	use futures::{channel::mpsc, StreamExt};
	let server = Server::start().await;
	let feeder = Feeder::new(vec![server.source("/late")], settings()).expect("no https");
	let (ticks, ticked) = mpsc::unbounded();
	let tick = || ticks.unbounded_send(()).expect("the feeder listens");
	tick();
	let mut rounds = std::pin::pin!(feeder.rounds(ticked));
	let ticking = async {
		tokio::time::sleep(TIMEOUT / 2).await;
		(0..5).for_each(|_| tick());
		ticks.close_channel();
	};
	let (first, ()) = tokio::join!(rounds.next(), ticking);
	assert!(first.is_some());
	assert!(rounds.next().await.is_some());
	assert!(rounds.next().await.is_none());
	assert_eq!(server.asked("/late"), 6);
}
