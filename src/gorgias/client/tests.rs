//! Tests of the client against a far side that answers byte by byte as told.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use polus_core::gorgias::requests;
use polus_core::id::{ConnectionId, TicketId};

use super::*;

/// What the far side does with one connection, after it has read the request.
enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes and never more, until the client leaves.
    SendAndHang(Vec<u8>),
    /// Closes although the request is not read to its end.
    Reset,
}

/// A far side; it serves one connection an act, in order, and tells every request it read.
struct FarSide {
    url: String,
    requests: Receiver<String>,
}

fn far_side(acts: Vec<Act>) -> FarSide {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    thread::spawn(move || {
        for act in acts {
            let (stream, _) = listener.accept().unwrap();
            serve(stream, act, &sender);
        }
    });
    FarSide { url, requests }
}

fn serve(mut stream: TcpStream, act: Act, requests: &Sender<String>) {
    if matches!(act, Act::Reset) {
        stream.read_exact(&mut [0]).unwrap();
        requests.send(String::new()).unwrap();
        return;
    }
    requests.send(read_request(&stream)).unwrap();
    match act {
        Act::Send(bytes) => stream.write_all(&bytes).unwrap(),
        Act::SendAndHang(bytes) => {
            stream.write_all(&bytes).unwrap();
            let left = stream.read(&mut [0; 16]);
            assert!(matches!(left, Ok(0) | Err(_)), "the client sent more");
        }
        Act::Reset => unreachable!("handled above"),
    }
}

fn read_request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "the request ends early: {head}");
    }
    let head = head.to_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    head + std::str::from_utf8(&body).unwrap()
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn limits() -> Limits {
    Limits { connect: Duration::from_secs(3), whole: Duration::from_secs(10), answer_bytes_max: 1000 }
}

fn client(url: &str, limits: Limits) -> Client {
    let base = BaseUrl::new(url, &ConnectionId::new("acme").unwrap()).unwrap();
    Client::new(base, "ana@acme.example", &SecretString::from("key"), limits).unwrap()
}

async fn get(url: &str) -> Result<Reply, CallError> {
    client(url, limits()).call(&requests::account()).await
}

async fn post(url: &str) -> Result<Reply, CallError> {
    client(url, limits()).call(&requests::add_tags(TicketId(5), &["ai".into()])).await
}

/// `ana@acme.example:key`.
const AUTHORIZATION_LINE: &str = "authorization: basic yw5hqgfjbwuuzxhhbxbsztprzxk=";

/// `{"id":5}` in gzip.
const GZIP: [u8; 28] =
    [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 76, 81, 178, 50, 173, 5, 0, 193, 61, 49, 32, 8, 0, 0, 0];

/// A hundred thousand zeros in gzip, in parts: head, how many times the zero byte, tail.
const GZIP_BOMB: ([u8; 25], usize, [u8; 11]) = (
    [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 74, 235, 159, 206, 26, 30],
    97,
    [175, 6, 133, 194, 77, 197, 160, 134, 1, 0, 0],
);

#[tokio::test]
async fn a_call_carries_key_and_json_and_brings_back_status_headers_and_body() {
    let far = far_side(vec![Act::Send(answer(
        "429 Too Many",
        "Retry-after: 7\r\nX-Gorgias-Account-Api-Call-Limit: 40/40\r\n",
        b"{}",
    ))]);
    let reply = post(&far.url).await.unwrap();
    let limit = Some(CallLimit { used: 40, limit: 40 });
    assert_eq!(reply, Reply { status: 429, retry_after_s: Some(7), limit, body: b"{}".to_vec() });
    let request = far.requests.recv().unwrap();
    for part in [
        "post /api/tickets/5/tags http/1.1\r\n",
        AUTHORIZATION_LINE,
        "accept: application/json\r\n",
        "accept-encoding: gzip\r\n",
        "content-type: application/json\r\n",
        concat!("user-agent: polus/", env!("CARGO_PKG_VERSION"), "\r\n"),
        "\r\n\r\n{\"names\":[\"ai\"]}",
    ] {
        assert!(request.contains(part), "{part:?} is not in {request}");
    }
}

#[tokio::test]
async fn a_query_is_encoded() {
    let far = far_side(vec![Act::Send(answer("200 OK", "", b"{}"))]);
    client(&far.url, limits()).call(&requests::users(Some("a+b=&c"))).await.unwrap();
    let request = far.requests.recv().unwrap();
    assert!(request.starts_with("get /api/users?limit=100&cursor=a%2bb%3d%26c http/1.1"), "{request}");
    assert!(!request.contains("content-type"), "{request}");
}

#[tokio::test]
async fn pages_and_empty_bodies_are_answers_too() {
    for (status, headers, body, expected) in [
        ("502 Bad Gateway", "content-type: text/html\r\n", "<html>", Reply::new(502, "<html>")),
        ("201 Created", "", "", Reply::new(201, "")),
        ("200 OK", "Retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n", "{}", Reply::new(200, "{}")),
        ("304 Not Modified", "", "", Reply::new(304, "")),
    ] {
        let far = far_side(vec![Act::Send(answer(status, headers, body.as_bytes()))]);
        assert_eq!(get(&far.url).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn a_compressed_body_is_unpacked() {
    let far = far_side(vec![Act::Send(answer("200 OK", "content-encoding: gzip\r\n", &GZIP))]);
    assert_eq!(get(&far.url).await.unwrap().body, b"{\"id\":5}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_not_read_on() {
    let just = far_side(vec![Act::Send(answer("200 OK", "", &[b'1'; 1000]))]);
    assert_eq!(get(&just.url).await.unwrap().body.len(), 1000);
    let (head, zeros, tail) = GZIP_BOMB;
    let bomb = [head.as_slice(), &vec![0; zeros], &tail].concat();
    let unending = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7d0\r\n".to_vec();
    for act in [
        Act::Send(answer("200 OK", "", &[b'1'; 1001])),
        Act::Send(answer("200 OK", "content-encoding: gzip\r\n", &bomb)),
        Act::SendAndHang([unending, vec![b'1'; 2000]].concat()),
    ] {
        let far = far_side(vec![act]);
        assert_eq!(get(&far.url).await, Err(CallError::TooLarge { max: 1000 }));
    }
}

#[tokio::test]
async fn what_never_had_a_connection_was_not_sent() {
    // Port 1 has no listener; a name under .invalid never resolves; the far side speaks no TLS.
    let plain = far_side(vec![Act::Reset]);
    for url in ["http://127.0.0.1:1", "http://nowhere.invalid", &plain.url.replace("http://", "https://")] {
        let error = post(url).await.unwrap_err();
        assert!(matches!(error, CallError::NotSent(_)), "{url}: {error}");
    }
}

#[tokio::test]
async fn what_was_sent_and_not_wholly_answered_is_unclear() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    let half_chunk = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"i".to_vec();
    let half_gzip = answer("200 OK", "content-encoding: gzip\r\n", &GZIP[..20]);
    for (name, act) in [
        ("closed without a word", Act::Send(Vec::new())),
        ("reset", Act::Reset),
        ("half a head", Act::Send(b"HTTP/1.1 200".to_vec())),
        ("half a body", Act::Send(half)),
        ("half a chunk", Act::Send(half_chunk)),
        ("half of the compressed bytes", Act::Send(half_gzip)),
        ("no HTTP", Act::Send(b"hello\r\n\r\n".to_vec())),
    ] {
        let far = far_side(vec![act]);
        let error = post(&far.url).await.unwrap_err();
        assert!(matches!(error, CallError::Unclear(_)), "{name}: {error}");
        assert!(error.may_have_happened());
        // A second request would find nobody: the far side serves one.
        assert_eq!(far.requests.iter().count(), 1, "{name}");
    }
}

#[tokio::test]
async fn silence_and_a_stall_end_by_the_time_limit() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec();
    for sent in [Vec::new(), head] {
        let far = far_side(vec![Act::SendAndHang(sent)]);
        let hasty = Limits { whole: Duration::from_millis(300), ..limits() };
        let result = client(&far.url, hasty).call(&requests::account()).await;
        assert_eq!(result, Err(CallError::Unclear("time-out".into())));
    }
}

#[tokio::test]
async fn the_key_never_goes_to_another_host() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let port = other.local_addr().unwrap().port();
    for (location, host) in [
        (format!("http://127.0.0.1:{port}/api/account"), "127.0.0.1"),
        (format!("http://localhost:{port}/"), "localhost"),
        (format!("//127.0.0.1:{port}/api"), "127.0.0.1"),
        ("https://[broken".to_owned(), ""),
    ] {
        for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
            let headers = format!("location: {location}\r\n");
            let far = far_side(vec![Act::Send(answer(status, &headers, b""))]);
            let expected = Err(CallError::ForeignRedirect { location_host: host.into() });
            assert_eq!(get(&far.url).await, expected, "{location}");
        }
    }
    assert_eq!(other.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "the other host was called");
}

#[tokio::test]
async fn a_read_follows_its_own_host_and_a_post_does_not() {
    let moved = || Act::Send(answer("301 Moved", "location: /api/account/\r\n", b""));
    let far = far_side(vec![moved(), Act::Send(answer("200 OK", "", b"{}"))]);
    assert_eq!(get(&far.url).await, Ok(Reply::new(200, "{}")));
    let requests: Vec<String> = far.requests.iter().collect();
    assert!(requests[1].starts_with("get /api/account/ http/1.1"), "{}", requests[1]);
    assert!(requests.iter().all(|request| request.contains(AUTHORIZATION_LINE)));

    let far = far_side(vec![moved()]);
    assert_eq!(post(&far.url).await, Ok(Reply::new(301, "")));
    assert_eq!(far.requests.iter().count(), 1);

    let far = far_side((0..REDIRECTS_MAX).map(|_| moved()).collect());
    assert!(matches!(get(&far.url).await, Err(CallError::Unclear(_))));
}

#[test]
fn nothing_shows_the_key() {
    let client = client("http://127.0.0.1:1", limits());
    let shown = format!("{client:?} {:?}", client.authorization);
    assert!(!shown.contains("Basic") && !shown.contains("key"), "{shown}");
}
