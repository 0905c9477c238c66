//! The load: keep-alive connections on one thread that each send a webhook, wait for its answer, and send the next.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::future::try_join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::io::Interest;
use tokio::net::TcpStream;

/// Bytes of every body.
pub const BODY_BYTES: usize = 2048;

const TICKETS: u64 = 100_000;
const ANSWER_BYTES_MAX: usize = 4096;

/// Digits that stand for the ticket's number and the message's in the body, and are replaced in each request.
const TICKET_DIGITS: &str = "100000000";
const MESSAGE_DIGITS: &str = "200000000000";

/// A request without its numbers.
pub struct Request {
    bytes: Vec<u8>,
    tickets_at: Vec<usize>,
    messages_at: Vec<usize>,
}

impl Request {
    /// A `POST` to `path` of what `{{context}}` renders for a customer's message.
    pub fn to(path: &str, account: &str) -> Self {
        let body = body(account);
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let text = head + &body;
        let places = |digits| text.match_indices(digits).map(|(place, _)| place).collect();
        let (tickets_at, messages_at) = (places(TICKET_DIGITS), places(MESSAGE_DIGITS));
        Self { bytes: text.into_bytes(), tickets_at, messages_at }
    }
}

/// What one run came to.
pub struct Answered {
    /// How long each request took that was answered after the warm-up.
    pub times: Vec<Duration>,
    /// Requests that were answered at all, by status 200.
    pub all: u64,
}

/// Sends on so many connections at once for `warm_up` and then `measured`. Any answer but 200 is an error.
pub fn load(
    address: SocketAddr,
    request: &Request,
    connections: usize,
    warm_up: Duration,
    measured: Duration,
) -> Result<Answered> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let began = Instant::now();
    let connection = |number: usize| async move {
        let mut line = Line::connect(address, number as u64).await?;
        let (mut times, mut all) = (Vec::new(), 0_u64);
        let mut bytes = request.bytes.clone();
        loop {
            line.renumber(request, &mut bytes, all);
            let asked = Instant::now();
            line.ask(&bytes).await?;
            all += 1;
            let since_begin = began.elapsed();
            if since_begin >= warm_up + measured {
                return Ok::<_, anyhow::Error>(Answered { times, all });
            }
            if since_begin >= warm_up {
                times.push(asked.elapsed());
            }
        }
    };
    let answered = runtime.block_on(try_join_all((0..connections).map(connection)))?;
    let all = answered.iter().map(|answered| answered.all).sum();
    Ok(Answered { times: answered.into_iter().flat_map(|answered| answered.times).collect(), all })
}

struct Line {
    stream: TcpStream,
    random: StdRng,
    number: u64,
    answer: [u8; ANSWER_BYTES_MAX],
}

impl Line {
    async fn connect(address: SocketAddr, number: u64) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("the server takes no connection")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, random: StdRng::seed_from_u64(number), number, answer: [0; ANSWER_BYTES_MAX] })
    }

    /// Another ticket, and a message that no other request has.
    fn renumber(&mut self, request: &Request, bytes: &mut [u8], sent: u64) {
        let ticket = 100_000_000 + self.random.random_range(0..TICKETS);
        let message = 200_000_000_000 + self.number * 1_000_000 + sent;
        for (places, number) in [(&request.tickets_at, ticket), (&request.messages_at, message)] {
            let digits = number.to_string();
            for place in places {
                bytes[*place..*place + digits.len()].copy_from_slice(digits.as_bytes());
            }
        }
    }

    async fn ask(&mut self, mut rest: &[u8]) -> Result<()> {
        while !rest.is_empty() {
            let written = self.stream.async_io(Interest::WRITABLE, || self.stream.try_write(rest)).await?;
            rest = &rest[written..];
        }
        let mut length = 0;
        loop {
            let (stream, room) = (&self.stream, &mut self.answer[length..]);
            let read = stream.async_io(Interest::READABLE, || stream.try_read(room)).await?;
            if read == 0 {
                bail!("the server closed a connection, or answered more than {ANSWER_BYTES_MAX} bytes");
            }
            length += read;
            if is_whole(&self.answer[..length])? {
                return Ok(());
            }
        }
    }
}

/// Whether a whole answer is there. It must be 200 with the body `{}`.
fn is_whole(answer: &[u8]) -> Result<bool> {
    if answer.len() >= 12 && !answer.starts_with(b"HTTP/1.1 200") {
        bail!("the server answered {}", String::from_utf8_lossy(answer));
    }
    Ok(answer.ends_with(b"\r\n\r\n{}"))
}

/// A context of [`BODY_BYTES`]: the customer's words fill what the rest leaves.
fn body(account: &str) -> String {
    let start = format!(
        concat!(
            r#"{{"ticket":{{"id":{ticket},"uri":"/api/tickets/{ticket}/","account":{{"domain":"{account}"}},"#,
            r#""external_id":null,"status":"open","priority":"normal","channel":"email","via":"email","#,
            r#""from_agent":false,"spam":false,"subject":"Where is order 1042?","language":"en","meta":null,"#,
            r#""tags":[],"is_unread":true,"assignee_user":{{"id":41,"name":"Polus"}},"assignee_user_id":41,"#,
            r#""assignee_team_id":null,"customer":{{"id":700100,"email":"mia@example.org","name":"Mia Q","#,
            r#""integrations":{{}},"note":null}},"messages":[{{"id":{message}}}],"#,
            r#""reply_options":{{"email":{{"answerable":true}},"internal-note":{{"answerable":true}}}},"#,
            r#""created_datetime":"2026-11-20T08:00:00.123456+00:00","#,
            r#""updated_datetime":"2026-11-20T08:00:00.900000+00:00","closed_datetime":null}},"#,
            r#""message":{{"id":{message},"ticket_id":{ticket},"message_id":"<k1@mail.example.org>","#,
            r#""external_id":null,"public":true,"channel":"email","via":"email","source":{{"type":"email","#,
            r#""from":{{"name":"Mia Q","address":"mia@example.org"}},"#,
            r#""to":[{{"name":"Acme","address":"help@acme.example"}}]}},"#,
            r#""sender":{{"id":700100,"email":"mia@example.org","name":"Mia Q"}},"integration_id":3301,"#,
            r#""rule_id":null,"from_agent":false,"subject":"Where is order 1042?","attachments":[],"#,
            r#""headers":{{"Message-Id":"<k1@mail.example.org>"}},"sent_datetime":null,"failed_datetime":null,"#,
            r#""created_datetime":"2026-11-20T08:00:00.123456+00:00","body_text":""#
        ),
        ticket = TICKET_DIGITS,
        message = MESSAGE_DIGITS,
        account = account,
    );
    let end = r#""},"event":{"type":"ticket-message-created","user_id":null}}"#;
    let words = "Hello, I ordered two tins of tea last week and nothing came yet. Where is my parcel? ";
    let room = BODY_BYTES.saturating_sub(start.len() + end.len());
    let text: String = words.chars().cycle().take(room).collect();
    start + &text + end
}
