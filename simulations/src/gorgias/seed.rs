//! A furnished account to begin with: owner, agents, an AI user with a key, a team, a mailbox, a chat, and tickets of
//! made-up customers. All names and addresses are inventions.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::Desk;
use super::people::{Letter, NewTicket, Written};
use super::records::{ApiKey, Integration, Role, Team, User};

/// Who and what a seeded desk begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// The account's owner, an admin with a key of its own.
    pub owner: i64,
    /// The owner's login.
    pub owner_email: String,
    /// The owner's API key.
    pub owner_key: String,
    /// The account's own machine user; it has no key.
    pub bot: i64,
    /// The user the AI agent acts as; an admin, so that it may set up its webhook.
    pub ai_user: i64,
    /// The AI user's login.
    pub ai_email: String,
    /// The AI user's API key.
    pub ai_key: String,
    /// Human agents; each has a key made from its e-mail address, `key-of-{email}`.
    pub agents: Vec<i64>,
    /// The team of the human agents.
    pub team: i64,
    /// The connected mailbox.
    pub email_integration: i64,
    /// The mailbox's address.
    pub email_address: String,
    /// The connected chat.
    pub chat_integration: i64,
    /// The tickets, oldest first.
    pub tickets: Vec<i64>,
}

/// The user whose key the program bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer<'a> {
    /// The user.
    pub user: i64,
    /// The user's login.
    pub email: &'a str,
    /// The user's API key.
    pub key: &'a str,
}

impl Cast {
    /// The owner, or else the AI user itself.
    pub fn bearer(&self, owners_key: bool) -> Bearer<'_> {
        if owners_key {
            Bearer { user: self.owner, email: &self.owner_email, key: &self.owner_key }
        } else {
            Bearer { user: self.ai_user, email: &self.ai_email, key: &self.ai_key }
        }
    }
}

const FIRST_NAMES: [&str; 8] = ["Mia", "Noah", "Lena", "Omar", "Ines", "Theo", "Yuki", "Ada"];
const LAST_NAMES: [&str; 8] = ["Quill", "Marsh", "Okafor", "Lindt", "Reyes", "Sato", "Brandt", "Hale"];
const QUESTIONS: [(&str, &str); 6] = [
    ("Where is my order?", "Hi, I ordered last week and nothing has come yet. Where is it?"),
    ("Return", "The shoes are too small. How do I send them back?"),
    ("Address change", "I moved yesterday. Can you send my order to the new address?"),
    ("Invoice", "Could I get an invoice with our company's name on it?"),
    ("Opening hours", "Are you open on Saturdays?"),
    ("Broken on arrival", "The lamp arrived with a crack. What now?"),
];

/// Furnishes a desk with `n_tickets` tickets, the newest a minute before `now_ms`, one every ten minutes before that.
/// The same seed gives the same desk.
pub fn seed(now_ms: i64, seed: u64, n_tickets: usize) -> (Desk, Cast) {
    const STEP_MS: i64 = 600_000;
    let span_ms = i64::try_from(n_tickets).unwrap_or(i64::MAX).saturating_mul(STEP_MS);
    let mut at_ms = now_ms.saturating_sub(span_ms).saturating_sub(60_000);
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let (mut desk, mut cast) = account("acme", at_ms, ChaCha8Rng::from_rng(&mut dice));
    for number in 0..n_tickets {
        at_ms = at_ms.saturating_add(STEP_MS);
        let first = FIRST_NAMES[dice.random_range(0..FIRST_NAMES.len())];
        let last = LAST_NAMES[dice.random_range(0..LAST_NAMES.len())];
        let (subject, text) = QUESTIONS[dice.random_range(0..QUESTIONS.len())];
        let chat = dice.random_bool(0.3);
        let new = NewTicket {
            channel: if chat { "chat" } else { "email" }.to_owned(),
            email: format!("{}.{}.{number}@example.org", first.to_lowercase(), last.to_lowercase()),
            name: format!("{first} {last}"),
            subject: (!chat).then(|| subject.to_owned()),
            letter: Letter::of(text),
            ..NewTicket::default()
        };
        if let Ok(Written { ticket_id, .. }) = desk.customer_begins(at_ms, new) {
            cast.tickets.push(ticket_id);
        }
    }
    desk.advance(now_ms);
    (desk, cast)
}

/// An account called `domain` with its people, a mailbox and a chat, and no tickets; `dice` decide what chance decides
/// there. Accounts of different names have different keys, and the same numbers.
pub fn account(domain: &str, now_ms: i64, dice: ChaCha8Rng) -> (Desk, Cast) {
    let mut desk = Desk::new(domain, dice);
    let cast = furnish(&mut desk, now_ms);
    (desk, cast)
}

fn furnish(desk: &mut Desk, now_ms: i64) -> Cast {
    let host = format!("{}.example", desk.domain);
    let at = |name: &str| format!("{name}@{host}");
    let owner_email = at("olga");
    let owner = add_user(desk, now_ms, &owner_email, ("Olga", "Owner"), Role::Admin, true);
    let bot = add_user(desk, now_ms, &at("bot"), ("Acme", "Bot"), Role::Bot, false);
    let ai_email = at("robin");
    let ai_user = add_user(desk, now_ms, &ai_email, ("Robin", "Assistant"), Role::Admin, true);
    let ana = add_user(desk, now_ms, &at("ana"), ("Ana", "Agent"), Role::Agent, true);
    let ben = add_user(desk, now_ms, &at("ben"), ("Ben", "Agent"), Role::BasicAgent, true);
    let team = Team {
        id: desk.ids.team(),
        name: "Support".to_owned(),
        members: vec![ana, ben],
        created_us: desk.stamp(now_ms),
    };
    let team_id = team.id;
    desk.teams.insert(team_id, team);
    let email_address = at("help");
    let email_integration = add_integration(desk, now_ms, owner, "email", "Acme Help", &email_address);
    let chat_integration = add_integration(desk, now_ms, owner, "gorgias_chat", "Acme Chat", "chat-acme-1");
    desk.settings.default_email_integration = Some(email_integration);
    Cast {
        owner,
        owner_key: key_of(&owner_email),
        owner_email,
        bot,
        ai_user,
        ai_key: key_of(&ai_email),
        ai_email,
        agents: vec![ana, ben],
        team: team_id,
        email_integration,
        email_address,
        chat_integration,
        tickets: Vec::new(),
    }
}

fn add_user(
    desk: &mut Desk,
    now_ms: i64,
    email: &str,
    name: (&str, &str),
    role: Role,
    with_key: bool,
) -> i64 {
    let id = desk.ids.user();
    let stamp = desk.stamp(now_ms);
    let user = User {
        id,
        email: email.to_owned(),
        firstname: name.0.to_owned(),
        lastname: name.1.to_owned(),
        role,
        active: true,
        api_key: with_key.then(|| ApiKey { secret: key_of(email), revoked: false }),
        former_keys: Vec::new(),
        created_us: stamp,
        updated_us: stamp,
        deactivated_us: None,
    };
    desk.users.insert(id, user);
    id
}

fn key_of(email: &str) -> String {
    format!("key-of-{email}")
}

fn add_integration(desk: &mut Desk, now_ms: i64, user: i64, kind: &str, name: &str, address: &str) -> i64 {
    let id = desk.ids.integration();
    let stamp = desk.stamp(now_ms);
    let integration = Integration {
        id,
        name: name.to_owned(),
        kind: kind.to_owned(),
        description: None,
        address: Some(address.to_owned()),
        user,
        http: None,
        failures_in_a_row: 0,
        created_us: stamp,
        updated_us: stamp,
        deactivated_us: None,
    };
    desk.integrations.insert(id, integration);
    id
}
