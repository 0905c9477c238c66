//! A connection: whether its key works, its webhooks come, it may act, has something to answer from, and somebody to hand
//! over to. Facts in, rows out: nothing here asks anybody. Its webhooks are in `connection/webhooks.rs`.

mod webhooks;

use polus_actors::board::{Alarm, ConnectionView};
use polus_actors::mail::{Examined, Refused};
use polus_core::connection::{Connection, Status};
use polus_core::gorgias::answers::InboundListed;
use polus_core::policy::Mode;
use polus_core::sync::backfill::{Ended, Stage};
use polus_core::time::Time;
use secrecy::SecretString;

use super::Row;
use crate::counted::counted;
use crate::tickets::{Tickets, Waiting};
use crate::web::webhook::BODY_BYTES_MAX;

/// Alarms of single tickets that are shown one by one.
const TICKET_ALARMS_SHOWN: usize = 10;

/// How the subject of an alarm ends that is about a handoff that nobody got.
const UNASSIGNED: &str = "/unassigned";

/// What is known of a connection.
pub struct Facts<'a> {
    /// Its name.
    pub id: &'a str,
    /// As people see it.
    pub view: &'a ConnectionView,
    /// What Gorgias says now; the words of why that is not known, where it is not.
    pub examined: Result<Examined, Refused>,
    /// The address that its webhook must call.
    pub webhook_url: Option<SecretString>,
    /// A message of a customer that no webhook told of, though there was time.
    pub unheard: Option<Unheard>,
    /// Alarms about it and its tickets.
    pub alarms: Vec<Alarm>,
    /// Webhook bodies that were put aside.
    pub quarantined: PutAside,
    /// What its tickets tell; none where the log cannot tell which there are.
    pub tickets: Option<Tickets>,
    /// When the server started.
    pub started: Time,
    /// Now.
    pub now: Time,
}

/// Webhook bodies that were put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PutAside {
    /// How many could not be read or named no ticket.
    pub unread: usize,
    /// When the last of those came.
    pub last_unread: Option<Time>,
    /// How many were too large to be read whole.
    pub too_large: usize,
    /// When the last of those came.
    pub last_too_large: Option<Time>,
}

/// A message of a customer that no webhook told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unheard {
    /// The message.
    pub written: InboundListed,
    /// It is known all the same: the catch-up found it.
    pub is_made_up_for: bool,
}

/// A row about a part of the log that cannot be read.
pub fn unreadable(id: &str, problem: &str) -> Row {
    let cure = "stop the server and run `polus log verify`, which tells where the log is damaged; restore the data folder from a backup if it is";
    Row::problem(id, "log", problem, cure)
}

/// Rows about the connection, the most pressing first.
pub fn rows(facts: &Facts<'_>) -> Vec<Row> {
    let id = facts.id;
    match facts.view.connection.status {
        Status::Unverified => {
            let cure = "connect it with `polus connect`";
            return vec![Row::warning(id, "state", "it was never connected", cure)];
        }
        Status::Disconnected => return vec![Row::ok(id, "state", "disconnected; nothing is answered")],
        Status::Active
        | Status::Refused { .. }
        | Status::Insufficient { .. }
        | Status::AiUserMissing { .. } => {}
    }
    let mut rows = vec![state(facts), mode(id, &facts.view.connection)];
    rows.extend(webhooks::installed(facts));
    rows.extend(webhooks::heard(facts));
    rows.extend(webhooks::missed(facts));
    rows.extend(kept_history(facts));
    rows.push(knowledge(id, &facts.view.connection));
    rows.push(destination(facts));
    rows.extend(assignment(facts));
    rows.extend(waiting(facts));
    rows.extend(unread(facts));
    rows.extend(account_warnings(id, &facts.view.connection));
    rows.extend(alarms(facts));
    rows.extend(quarantined(facts));
    rows
}

/// How to save a connection anew, for cures.
fn connect(id: &str, rest: &str) -> String {
    format!("`polus connect --domain {id} --email E-MAIL --api-key-file FILE --ai-user NUMBER{rest}`")
}

fn state(facts: &Facts<'_>) -> Row {
    let (id, connection) = (facts.id, &facts.view.connection);
    let refused = match &facts.examined {
        Ok(examined) => return state_by_answer(facts, examined),
        Err(refused) => refused,
    };
    // What was recorded says more than a call that could not be made.
    match &connection.status {
        Status::Refused { problem } => key_refused(id, problem),
        Status::Insufficient { problem } => insufficient(id, problem),
        Status::AiUserMissing { problem } => ai_user_missing(id, problem),
        Status::Active | Status::Unverified | Status::Disconnected => match refused {
            Refused::Key(problem) => key_refused(id, problem),
            Refused::Plan(problem) => insufficient(id, problem),
            Refused::Domain(problem) => {
                let cure = format!(
                    "see that {id}.gorgias.com is the account's address; connect the right prefix with `polus connect` and cut this one with `polus disconnect {id}`"
                );
                Row::problem(id, "domain", problem, cure)
            }
            Refused::Budget(problem) => {
                let cure = "wait a minute; if it stays, another integration of the account uses up its calls";
                Row::warning(id, "state", problem, cure)
            }
            Refused::Outage(problem) => unreachable(id, connection.trouble.as_deref().unwrap_or(problem)),
            Refused::UnknownConnection(_) | Refused::NotNow(_) | Refused::Bad(_) | Refused::Storage(_) => {
                let cure = "look at the server's log lines; if the key cannot be opened, give the master key it was sealed with, or save the key anew";
                Row::problem(id, "state", refused.to_string(), format!("{cure}: {}", connect(id, "")))
            }
        },
    }
}

/// Gorgias took the key just now.
fn state_by_answer(facts: &Facts<'_>, examined: &Examined) -> Row {
    let (id, connection) = (facts.id, &facts.view.connection);
    if let Some(problem) = &examined.ai_user_problem {
        return ai_user_missing(id, problem);
    }
    match (&connection.status, &connection.trouble) {
        (Status::Active, None) => {
            let names = connection.details.as_ref();
            let (account, user) =
                names.map_or(("-", "-"), |details| (&details.account, &details.ai_user_name));
            Row::ok(id, "state", format!("account {account}: the key works, the AI user {user} is active"))
        }
        (Status::Active, Some(trouble)) => {
            let cure = "nothing now: this very call worked; if it comes back, look at status.gorgias.com and at what else uses the account's calls";
            Row::warning(id, "state", trouble, cure)
        }
        (
            Status::Refused { problem }
            | Status::Insufficient { problem }
            | Status::AiUserMissing { problem },
            _,
        ) => {
            let found = format!("it works again, after: {problem}");
            Row::warning(
                id,
                "state",
                found,
                "wait: Polus goes on by itself within minutes, with all that waited",
            )
        }
        (Status::Unverified | Status::Disconnected, _) => Row::ok(id, "state", "not connected"),
    }
}

fn key_refused(id: &str, problem: &str) -> Row {
    let cure = format!(
        "in Gorgias, Settings > Account > REST API, make a new key and save it: {}; what waits goes on then",
        connect(id, "")
    );
    Row::problem(id, "key", format!("Gorgias refuses the key. {problem}"), cure)
}

fn insufficient(id: &str, problem: &str) -> Row {
    let cure = "give the key's user the role admin, and see that the account's plan has the REST API; Polus goes on by itself then";
    Row::problem(id, "key", format!("the key may not do what is needed. {problem}"), cure)
}

fn ai_user_missing(id: &str, problem: &str) -> Row {
    let cure = format!(
        "activate the user in Gorgias, Settings > Users, or save the connection with another: {}",
        connect(id, "")
    );
    Row::problem(id, "ai_user", problem, cure)
}

fn unreachable(id: &str, problem: &str) -> Row {
    let cure = format!(
        "see that this machine reaches https://{id}.gorgias.com (name service, firewall, proxy), and look at status.gorgias.com; nothing is lost meanwhile"
    );
    Row::problem(id, "reachable", problem, cure)
}

fn mode(id: &str, connection: &Connection) -> Row {
    if connection.paused {
        let found = "paused: nothing is posted, and drafts wait";
        return Row::warning(id, "mode", found, format!("release the brake with `polus resume {id}`"));
    }
    let cure = format!("to let it answer: `polus mode {id} live`");
    let differing = connection.policy.channels.differing(connection.mode);
    let elsewhere: Vec<String> =
        differing.iter().map(|(channel, mode)| format!("{channel} {}", in_a_word(*mode))).collect();
    let elsewhere =
        if elsewhere.is_empty() { String::new() } else { format!("; by channel: {}", elsewhere.join(", ")) };
    match connection.mode {
        Mode::Live => Row::ok(id, "mode", format!("live: tickets of the AI user are answered{elsewhere}")),
        Mode::Shadow => {
            let found = format!("shadow: drafts are internal notes, customers get nothing{elsewhere}");
            Row::warning(id, "mode", found, cure)
        }
        Mode::Off => Row::warning(id, "mode", "off: nothing is answered and nothing is drafted", cure),
    }
}

fn in_a_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Shadow => "shadow",
        Mode::Off => "off",
    }
}

/// The account's history, where it was asked for.
fn kept_history(facts: &Facts<'_>) -> Option<Row> {
    const CHECK: &str = "history";
    let id = facts.id;
    let run = facts.view.sync.last_run()?;
    let read = format!("{} tickets and {} messages", run.tickets.rows_of_pass, run.messages.rows_of_pass);
    Some(match &run.stage {
        Stage::Reading | Stage::Comparing => {
            Row::ok(id, CHECK, format!("being fetched, {read} so far; `polus sync {id} --watch` follows it"))
        }
        Stage::Ended(Ended::Complete) if run.mismatched == 0 => Row::ok(
            id,
            CHECK,
            format!("{read} were fetched, and as many messages of each ticket are kept as Gorgias counts"),
        ),
        Stage::Ended(Ended::Complete) => {
            let tickets = counted(run.mismatched, "ticket has", "tickets have");
            let found = format!(
                "{tickets} other messages here than Gorgias counts, also after a read of the whole thread"
            );
            let cure = format!(
                "`polus sync {id} --log` names them; if messages are missing, give the key's user the right to read all tickets and messages, and fetch again with `polus sync {id}`"
            );
            Row::warning(id, CHECK, found, cure)
        }
        Stage::Ended(Ended::Stopped { by }) => {
            let cure = format!("nothing, if that was meant; `polus sync {id}` fetches it");
            Row::warning(id, CHECK, format!("{by} stopped its fetching; it is not kept up to date"), cure)
        }
        Stage::Ended(Ended::Failed { problem }) => {
            let cure =
                format!("see that the key's user may read tickets and messages, then `polus sync {id}`");
            Row::problem(id, CHECK, format!("it could not be fetched: {problem}"), cure)
        }
    })
}

fn knowledge(id: &str, connection: &Connection) -> Row {
    let count = connection.articles.len();
    if count == 0 {
        let found = "no help article: no question can be answered, every ticket goes to people";
        let cure = format!("import a folder of Markdown files: `polus knowledge import {id} FOLDER`");
        return Row::problem(id, "knowledge", found, cure);
    }
    let articles = counted(count, "help article", "help articles");
    Row::ok(id, "knowledge", format!("{articles}, version {}", connection.knowledge_version))
}

/// What a team does with tickets it is handed, as a rule in Gorgias.
fn routing_rule(connection: &Connection, team: &str) -> String {
    let tag = connection
        .policy
        .handoff_tags
        .first()
        .map_or(String::new(), |tag| format!(" and tags contains one of {tag}"));
    format!(
        "in Gorgias, Settings > Rules: when ticket updated, if assignee team is {team}{tag}, then assign to a person, or what your team does with new tickets (a rule \"when assigned to user\" does not fire for a team)"
    )
}

fn destination(facts: &Facts<'_>) -> Row {
    let (id, connection) = (facts.id, &facts.view.connection);
    if let Some(problem) = facts.examined.as_ref().ok().and_then(|examined| examined.handoff_problem.as_ref())
    {
        let cure = format!(
            "save the connection with a team or a user that is there: {}",
            connect(id, " --handoff-team NUMBER or --handoff-user NUMBER")
        );
        return Row::problem(id, "handoff_destination", problem, cure);
    }
    let details = connection.details.as_ref();
    let team = details.and_then(|details| details.handoff_team);
    let user = details.and_then(|details| details.handoff_user);
    match (team, user) {
        (None, None) => {
            let mut cure = format!(
                "save the connection with a team: {}; then {}",
                connect(id, " --handoff-team NUMBER"),
                routing_rule(connection, "that team")
            );
            let mut found = "nobody gets handed-off tickets: they are only unassigned and tagged";
            if connection.policy.handoff_tags.is_empty() {
                found = "nobody gets handed-off tickets: they are only unassigned, and no tag tells them from others";
                cure.push_str(&format!(
                    "; or tag them at least: `polus policy set {id} handoff.tags=default`"
                ));
            }
            Row::warning(id, "handoff_destination", found, cure)
        }
        (Some(team), None) => {
            Row::ok(id, "handoff_destination", format!("handed-off tickets go to team {team}"))
        }
        (None, Some(user)) => {
            Row::ok(id, "handoff_destination", format!("handed-off tickets go to user {user}"))
        }
        (Some(team), Some(user)) => {
            Row::ok(id, "handoff_destination", format!("handed-off tickets go to user {user} of team {team}"))
        }
    }
}

/// Gorgias shows no rules by its API, so this goes by what ever came.
fn assignment(facts: &Facts<'_>) -> Option<Row> {
    let tickets = facts.tickets.as_ref()?;
    if tickets.ever_ours || tickets.unread > 0 {
        return None;
    }
    let user = facts.view.connection.details.as_ref().map_or("the AI user", |details| &details.ai_user_name);
    let none = match tickets.looked_at - tickets.self_tests {
        1 => "the one ticket heard of so far was not".to_owned(),
        many => format!("none of the {many} tickets heard of so far was"),
    };
    let found = format!("{none} assigned to {user}; Gorgias' own auto-assignment never picks it");
    let cure = format!(
        "in Gorgias, Settings > Rules: when ticket created, if channel is one of email, chat and assignee user is empty, then assign to user {user}; `polus self-test {} --email YOUR-ADDRESS` assigns a ticket of its own and tells whether it is answered",
        facts.id
    );
    Some(Row::warning(facts.id, "assignment", found, cure))
}

fn waiting(facts: &Facts<'_>) -> Option<Row> {
    const CHECK: &str = "waiting_for_people";
    let tickets = facts.tickets.as_ref()?;
    let among = if tickets.looked_at < tickets.known {
        format!(" among the newest {} tickets", tickets.looked_at)
    } else {
        String::new()
    };
    let Some(Waiting { since, ticket, .. }) = tickets.waiting.first() else {
        return Some(Row::ok(facts.id, CHECK, format!("no handed-off ticket waits for a person{among}")));
    };
    let found = format!(
        "{} for a person{among}, ticket {ticket} longest, since {since}",
        counted(tickets.waiting.len(), "handed-off ticket waits", "handed-off tickets wait")
    );
    let connection = &facts.view.connection;
    if connection.policy.pick_up_due(*since).is_none_or(|due| due > facts.now) {
        return Some(Row::ok(facts.id, CHECK, found));
    }
    let team = connection.details.as_ref().and_then(|details| details.handoff_team);
    let team = team.map_or("your team".to_owned(), |team| format!("team {team}"));
    let cure = format!(
        "answer, take or close them (`polus waiting {}` lists them); if nobody sees them, route them, {}",
        facts.id,
        routing_rule(connection, &team)
    );
    Some(Row::warning(facts.id, CHECK, found, cure))
}

/// Tickets that nothing above speaks of.
fn unread(facts: &Facts<'_>) -> Option<Row> {
    let tickets = facts.tickets.as_ref()?;
    let problem = tickets.problem.as_ref()?;
    let unread = counted(tickets.unread, "ticket", "tickets");
    let found = format!("{unread} could not be read, so that they may wait unseen; the first: {problem}");
    Some(unreadable(facts.id, &found))
}

fn account_warnings(id: &str, connection: &Connection) -> Vec<Row> {
    let warnings = connection.details.iter().flat_map(|details| &details.warnings);
    let cure = "when that is done, save the connection anew with `polus connect`, which looks at it again";
    warnings.map(|warning| Row::warning(id, "account", warning, cure)).collect()
}

fn alarms(facts: &Facts<'_>) -> Vec<Row> {
    let id = facts.id;
    let (own, of_tickets): (Vec<&Alarm>, Vec<&Alarm>) = facts.alarms.iter().partition(|alarm| {
        let part = alarm.about.strip_prefix(id).and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
        part.strip_suffix(UNASSIGNED).unwrap_or(part).parse::<i64>().is_err()
    });
    let told = |alarm: &Alarm| format!("since {}: {}", alarm.since, alarm.message);
    let mut rows: Vec<Row> = own
        .into_iter()
        .map(|alarm| {
            let of_webhooks =
                ["webhook", "webhook_looks", "webhook_silent"].map(|part| format!("{id}/{part}"));
            let cure = if alarm.about == id || alarm.about == format!("{id}/key") {
                "see the lines above; the alarm ends by itself when that is done".to_owned()
            } else if of_webhooks.contains(&alarm.about) {
                format!(
                    "`polus webhook {id}` shows how they stand; the alarm ends by itself when they are right"
                )
            } else if alarm.about == format!("{id}/sync") {
                "see the lines above; the alarm ends by itself when a walk through Gorgias' changes reaches its end"
                    .to_owned()
            } else {
                format!("import the articles anew: `polus knowledge import {id} FOLDER`")
            };
            Row::problem(id, "alarm", told(alarm), cure)
        })
        .collect();
    for alarm in of_tickets.iter().take(TICKET_ALARMS_SHOWN) {
        rows.push(if alarm.about.ends_with(UNASSIGNED) {
            let cure = "assign it in Gorgias; the alarm ends by itself when that is heard of";
            Row::problem(id, "ticket_unassigned", told(alarm), cure)
        } else {
            let cure =
                format!("look at it with `polus replay {} --check`, and answer it by hand", alarm.about);
            Row::problem(id, "ticket_put_aside", told(alarm), cure)
        });
    }
    if of_tickets.len() > TICKET_ALARMS_SHOWN {
        let found = counted(of_tickets.len() - TICKET_ALARMS_SHOWN, "ticket more", "tickets more");
        rows.push(Row::problem(id, "ticket_put_aside", found, "`polus connections` lists them all"));
    }
    rows
}

fn quarantined(facts: &Facts<'_>) -> Vec<Row> {
    const CHECK: &str = "quarantine";
    let PutAside { unread, last_unread, too_large, last_too_large } = facts.quarantined;
    let shown = format!("GET /api/v1/connections/{}/quarantine", facts.id);
    let unread = last_unread.map(|last| {
        let bodies = counted(
            unread,
            "webhook body that named no ticket was",
            "webhook bodies that named no ticket were",
        );
        let cure = format!(
            "{shown} shows them; give the HTTP integration the body {{{{context}}}}, or let Polus make it: `polus webhook {} install`",
            facts.id
        );
        Row::warning(facts.id, CHECK, format!("{bodies} put aside, the last at {last}"), cure)
    });
    let too_large = last_too_large.map(|last| {
        let mebibytes = BODY_BYTES_MAX / (1024 * 1024);
        let bodies = counted(
            too_large,
            &format!("webhook body larger than {mebibytes} MiB was"),
            &format!("webhook bodies larger than {mebibytes} MiB were"),
        );
        let cure = format!(
            "{shown} tells for each whether its ticket was found and is read anew; look by hand at tickets that were not"
        );
        Row::warning(facts.id, CHECK, format!("{bodies} put aside, the last at {last}"), cure)
    });
    unread.into_iter().chain(too_large).collect()
}

#[cfg(test)]
mod tests;
