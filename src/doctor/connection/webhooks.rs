//! The webhooks of a connection: whether they stand in Gorgias as Polus made them, and whether they come.

use polus_actors::mail::{Examined, SecretShown, WebhookFound};
use polus_core::gorgias::answers::InboundListed;
use polus_core::gorgias::requests::ASSIGNMENT_TRIGGER;
use polus_core::id::IntegrationId;
use polus_core::time::Time;
use secrecy::ExposeSecret;

use super::super::{Row, Verdict};
use super::{Facts, Unheard};

/// The check of the webhooks that Polus made.
const WEBHOOK_INSTALLED: &str = "webhook_installed";

/// The webhooks that Polus made: whether each address that must be called is.
pub(super) fn installed(facts: &Facts<'_>) -> Option<Row> {
    let (Ok(examined), Some(url)) = (&facts.examined, &facts.webhook_url) else { return None };
    if examined.webhooks.is_empty() {
        return None;
    }
    let url = url.expose_secret();
    let wanted = [url.to_owned(), format!("{url}?trigger={ASSIGNMENT_TRIGGER}")];
    let calls = |wanted: &String| {
        examined.webhooks.iter().any(|(_, found)| match found {
            WebhookFound::Calls { url, secret } => is_address(url.expose_secret(), *secret, wanted),
            WebhookFound::Changed { .. } | WebhookFound::Off | WebhookFound::Gone => false,
        })
    };
    if wanted.iter().all(calls) {
        return Some(secrets(facts, examined).unwrap_or_else(|| {
            Row::ok(facts.id, WEBHOOK_INSTALLED, "both webhooks that Polus made stand and call public_url")
        }));
    }
    let told: Vec<String> = examined
        .webhooks
        .iter()
        .filter_map(|(integration, found)| match found {
            WebhookFound::Gone => Some(format!("HTTP integration {integration} was deleted")),
            WebhookFound::Changed { how } => {
                Some(format!("HTTP integration {integration} was changed by hand: {how}"))
            }
            WebhookFound::Off => Some(format!(
                "HTTP integration {integration} is switched off, as Gorgias does when calls of it fail"
            )),
            WebhookFound::Calls { url, secret } => {
                let is_wanted = |wanted: &String| is_address(url.expose_secret(), *secret, wanted);
                (!wanted.iter().any(is_wanted))
                    .then(|| format!("HTTP integration {integration} calls another address than public_url"))
            }
        })
        .collect();
    let found =
        if told.is_empty() { "one of the two webhooks is not there".to_owned() } else { told.join("; ") };
    let cure = format!(
        "`polus webhook {} repair` makes what is gone, switches on what is off and puts right what was changed",
        facts.id
    );
    Some(Row::problem(facts.id, WEBHOOK_INSTALLED, found, cure))
}

/// Whether this is the wanted address, apart from a secret that is known to be another.
fn is_address(url: &str, secret: SecretShown, wanted: &str) -> bool {
    let apart = |address: &str| {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let (base, _) = path.rsplit_once('/').unwrap_or((path, ""));
        (base.to_owned(), query.to_owned())
    };
    match secret {
        SecretShown::Plain => url == wanted,
        SecretShown::Replaced | SecretShown::Masked => apart(url) == apart(wanted),
    }
}

/// What is to be said of the secrets in addresses that are right otherwise; nothing where Gorgias shows the present one.
fn secrets(facts: &Facts<'_>, examined: &Examined) -> Option<Row> {
    let with = |wanted: SecretShown| {
        let found = examined.webhooks.iter().filter(
            move |(_, found)| matches!(found, WebhookFound::Calls { secret, .. } if *secret == wanted),
        );
        found.map(|(integration, _)| integration.to_string()).collect::<Vec<_>>().join(" and ")
    };
    let (replaced, masked) = (with(SecretShown::Replaced), with(SecretShown::Masked));
    let holds_it = |integration: &IntegrationId| {
        examined.webhooks.iter().any(|(number, found)| {
            let is_replaced = matches!(found, WebhookFound::Calls { secret: SecretShown::Replaced, .. });
            number == integration && is_replaced
        })
    };
    let old = &facts.view.connection.old_secrets;
    let until = old.iter().filter(|old| old.left_in.iter().any(holds_it)).map(|old| old.until).min();
    let until = until.filter(|until| facts.now < *until);
    if !replaced.is_empty() && old.is_empty() {
        let found = format!("HTTP integration {replaced} holds a secret that no rotation replaced");
        let cure = format!("`polus webhook {} rotate` draws a new one and writes it", facts.id);
        return Some(Row::problem(facts.id, WEBHOOK_INSTALLED, found, cure));
    }
    if !replaced.is_empty() {
        let cure = format!(
            "wait: Polus writes the new secret by itself within minutes; `polus webhook {} repair` does it now",
            facts.id
        );
        let told =
            format!("the new secret of a rotation is not written yet into HTTP integration {replaced}");
        return Some(match until {
            Some(until) => {
                let found = format!("{told}; what comes with the old one is taken until {until}");
                Row::warning(facts.id, WEBHOOK_INSTALLED, found, cure)
            }
            None => {
                let found = format!("{told}; what comes with the old one is not taken any more");
                Row::problem(facts.id, WEBHOOK_INSTALLED, found, cure)
            }
        });
    }
    (!masked.is_empty()).then(|| {
        let found = format!(
            "both webhooks that Polus made stand and call public_url; Gorgias does not show the secret of HTTP integration \
             {masked} as it was written, so that only what comes tells whether it is the right one"
        );
        Row::ok(facts.id, WEBHOOK_INSTALLED, found)
    })
}

/// Whether webhooks come in.
pub(super) fn heard(facts: &Facts<'_>) -> Option<Row> {
    const CHECK: &str = "webhook";
    let id = facts.id;
    let made_none = facts.view.connection.webhooks.is_empty();
    let install = format!(
        "make the webhooks with `polus webhook {id} install`, or by hand at the address that `polus connect` told; see in Gorgias, Settings > Integrations > HTTP, that they are on, and that public_url can be called from the internet"
    );
    if let Some(Unheard { written: InboundListed { ticket, message, created_at }, is_made_up_for }) =
        facts.unheard
    {
        if is_made_up_for && was_down(facts, created_at) {
            let found = format!(
                "a customer wrote message {message} on ticket {ticket} at {created_at} while the server was down; no webhook could tell of it, and the catch-up made up for it"
            );
            let cure = "nothing, if the server was stopped then; the next webhook ends this";
            return Some(Row::warning(id, CHECK, found, cure));
        }
        let last =
            facts.view.last_webhook.at().map_or("none since the start".to_owned(), |at| at.to_string());
        let found = format!(
            "silent: a customer wrote message {message} on ticket {ticket} at {created_at}, and no webhook told of it (last webhook: {last})"
        );
        return Some(Row::problem(id, CHECK, found, install));
    }
    Some(match facts.view.last_webhook.at() {
        Some(at) => Row::ok(id, CHECK, format!("the last one came at {at}")),
        None if made_none => {
            let found = "none came since the start, and Polus made none in Gorgias: without them nothing is answered at once";
            Row::warning(id, CHECK, found, install)
        }
        None if facts.examined.is_ok() => {
            Row::ok(id, CHECK, "none came since the start, and no customer wrote that Gorgias knows of")
        }
        None => {
            let cure = format!(
                "`polus self-test {id} --email YOUR-ADDRESS` writes a test ticket and tells whether one comes"
            );
            Row::warning(id, CHECK, "none came since the start", cure)
        }
    })
}

/// Webhooks that came for some messages of the last day and not for others.
pub(super) fn missed(facts: &Facts<'_>) -> Option<Row> {
    let missed = &facts.view.sync.missed;
    let (count, of) = (missed.count(facts.now), missed.inbound(facts.now));
    let (at, last) = missed.last.as_ref().filter(|_| count > 0)?;
    let found = format!(
        "{count} of {of} messages of customers in 24 hours were told by no webhook and found by a sweep; the last, message \
         {} on ticket {}, at {at}",
        last.message, last.ticket
    );
    let cure = "a few are Gorgias' own losses or came while the server was down, and need nothing; many mean that the webhooks in Gorgias lack triggers or are switched off at times, or that a proxy in front of this server refuses some";
    Some(Row::warning(facts.id, "missed_webhooks", found, cure))
}

/// Whether the server was down when something was written, and its webhooks are as they should be.
fn was_down(facts: &Facts<'_>, written: Time) -> bool {
    let heard_since = facts.view.last_webhook.at().is_some_and(|at| at > written);
    let stand = installed(facts).map_or(heard_since, |row| row.result == Verdict::Ok);
    stand && (written < facts.started || heard_since)
}
